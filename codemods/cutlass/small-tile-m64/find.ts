import {
  type Edit,
  lineEnd,
  mark,
  markBehind,
  replace,
  type Site,
  type SourceFile,
} from '../../../src/api.js';

export interface TileSite extends Site {
  readonly edits: readonly Edit[];
}

/** How one of the places looks before and after the fix. */
interface Place {
  /** Finds the places of this kind; group 1 is what may have to change. */
  readonly pattern: RegExp;
  /** Group 1 where it is wrong, with its blanks squeezed out. */
  readonly wrong: string;
  readonly fixed: string;
  readonly what: string;
}

/** Blocks of 128 rows that the scale factors of a tile take in shared memory. */
const BLOCKS: Place = {
  pattern:
    /\busing\s+sSFA_(?:shapeM|strideK)\s*=[^;]*?((?:\w+::)?(?:ceil_div\()?size<0>\(TileShape_MNK\{\}\)\s*[/,]\s*Blk_MN\{\}\)?)/g,
  wrong: 'size<0>(TileShape_MNK{})/Blk_MN{}',
  fixed: 'ceil_div(size<0>(TileShape_MNK{}), Blk_MN{})',
  what: 'blocks of scale factors in a tile',
};

/** Rows of the TMA box that loads them; it must be as large as the shared-memory layout. */
const BOX: Place = {
  pattern:
    /\bmake_tma_copy<uint16_t>\(\s*GmemTiledCopySFA\{\},[^;]*?\bmake_shape\(\s*([^;]*?),\s*shape<2>\(TileShape\{\}\)\)/g,
  wrong: 'shape<0>(TileShape{})',
  fixed: 'ceil_div(shape<0>(TileShape{}), _128{}) * _128{}',
  what: 'rows of the TMA box of scale factors',
};

/** The scale factors are as many as the rows of the accumulator, but for the rows that the box adds. */
const ASSERT: Place = {
  pattern:
    /((?:if constexpr \(size<0>\(TileShape\{\}\) >= 128\) \{ )?CUTE_STATIC_ASSERT_V\(\s*size<1>\(tCrSFA\)\s*==\s*size<1>\(accum\)\s*\);)/g,
  wrong: 'CUTE_STATIC_ASSERT_V(size<1>(tCrSFA)==size<1>(accum));',
  fixed:
    'if constexpr (size<0>(TileShape{}) >= 128) { CUTE_STATIC_ASSERT_V(size<1>(tCrSFA) == size<1>(accum)); }',
  what: 'assertion on the rows of the accumulator',
};

const squeeze = (text: string): string => text.replace(/\s+/g, '');

function placesOf({ pattern, wrong, fixed, what }: Place, file: SourceFile, id: string): TileSite[] {
  const { text } = file;
  return [...text.matchAll(pattern)].map((match): TileSite => {
    const found = match[1]!;
    const start = match.index + match[0].lastIndexOf(found);
    const end = lineEnd(text, start);
    const base = { file, offset: start, edits: [] };
    if (squeeze(found) === wrong) {
      const edits = [
        replace(file, { startIndex: start, endIndex: start + found.length }, fixed),
        markBehind(file, start, id),
      ];
      return { ...base, state: 'wrong', what: `${what}: too few where it has 64 rows`, edits };
    }
    if (squeeze(fixed).startsWith(squeeze(found))) {
      const ours = text.slice(start, end).includes(mark(id));
      return { ...base, state: ours ? 'ours' : 'right', what: `${what}: rounded up` };
    }
    return { ...base, state: 'unknown', what: `${what}: in another way` };
  });
}

/** Two places in the builder. */
export const builderSites = (file: SourceFile, id: string): TileSite[] => placesOf(BLOCKS, file, id);

/** Three places in a collective: the box as a type and as a value, and the assertion. */
export const collectiveSites = (file: SourceFile, id: string): TileSite[] => [
  ...placesOf(BOX, file, id),
  ...placesOf(ASSERT, file, id),
];
