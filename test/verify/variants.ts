/**
 * Conversions that are wrong in known ways, each as someone has published one, in our own words. Counts are over all 2^32 floats.
 */

const one = (body: string): string => `static inline uint32_t one(float x) { ${body} }`;

/** The size's code by thresholds, one comparison each, so that the compiler can do many at once. */
const steps = (comparisons: readonly string[]): string =>
  comparisons.map((text) => `(size ${text})`).join(' + ');

const EXACT = ['> .25f', '>= .75f', '> 1.25f', '>= 1.75f', '> 2.5f', '>= 3.5f', '> 5.f'];
const HALF_UP = EXACT.map((text) => text.replace('> ', '>= '));
const SIZE = 'const float size = fabsf(x);';
const SIGN = 'const uint32_t sign = __float_as_uint(x) >> 31 << 3;';

export interface Variant {
  readonly name: string;
  readonly source: string;
  readonly wrong: {
    readonly nan: number;
    readonly signOfZero: number;
    readonly tie: number;
    readonly finite: number;
  };
}

export const VARIANTS: readonly Variant[] = [
  {
    name: 'the thresholds alone: a negative NaN keeps its sign',
    source: one(`${SIZE} ${SIGN} return sign | (x != x ? 7 : ${steps(EXACT)});`),
    wrong: { nan: 8_388_607, signOfZero: 0, tie: 0, finite: 0 },
  },
  {
    name: 'every tie rounded up as well',
    source: one(`${SIZE} ${SIGN} return sign | (x != x ? 7 : ${steps(HALF_UP)});`),
    wrong: { nan: 8_388_607, signOfZero: 0, tie: 8, finite: 0 },
  },
  {
    name: 'NaN is 4, ties are up, and zero has no sign',
    source: one(`${SIZE} ${SIGN} return x != x ? 6 : x == 0 ? 0 : sign | (${steps(HALF_UP)});`),
    wrong: { nan: 16_777_214, signOfZero: 1, tie: 8, finite: 0 },
  },
  {
    name: 'a table whose code 1 is a quarter',
    source: one(
      `${SIZE} ${SIGN} return x != x || x == 0 ? 0 : sign | (${steps(['>= .125f', ...HALF_UP.slice(1, 6), '>= 4.5f'])});`,
    ),
    wrong: { nan: 16_777_214, signOfZero: 1, tie: 8, finite: 18_874_368 },
  },
  {
    name: 'codes 1, 3 and 5 are never given',
    source: one(
      `${SIZE} return x != x ? 0 : (x < 0 ? 8 : 0) | (2 * ((size >= .5f) + (size >= 1.f) + (size >= 3.f)) + (size >= 4.f));`,
    ),
    wrong: { nan: 16_777_214, signOfZero: 1, tie: 4, finite: 50_331_642 },
  },
];
