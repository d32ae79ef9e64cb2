import { codeRunsOnGB10, type Library, type Unit } from './library.js';

/** What compiled libraries hold for GB10, in sentences; `wrong` where it stops or computes nothing. */
export interface Holdings {
  readonly state: 'ok' | 'wrong' | 'unknown';
  readonly sentences: readonly string[];
}

const runs = (target: string): boolean => {
  const kind = target.startsWith('sm_') ? 'sass' : target.startsWith('compute_') ? 'ptx' : 'other';
  return codeRunsOnGB10({ kind, arch: target.slice(target.indexOf('_') + 1) });
};
const isSm12x = (target: string): boolean => /^sm_12\d/.test(target);
const isPlain = (target: string): boolean => /\d$/.test(target);

/** Names in their order, each once. */
function targetsOf(units: readonly Unit[]): string[] {
  return [...new Set(units.flatMap(({ targets }) => targets))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
}

const unitsWith = (units: readonly Unit[], target: string): number =>
  units.filter(({ targets }) => targets.includes(target)).length;

function withoutSm12x(units: readonly Unit[], what: string): string {
  const ptx = units.filter(({ targets }) => targets.some(runs)).length;
  if (ptx === 0) return `no SM12x code in any of ${units.length} ${what}`;
  return `no SM12x code: GB10 compiles ${ptx} of ${units.length} ${what} from PTX when they are loaded`;
}

/** For example: "sm_120f code for 9 of 11 FP4 units, none for sm_121: GB10 runs it". */
function coverage(units: readonly Unit[], what: string): string {
  const own = targetsOf(units).filter(isSm12x);
  if (own.length === 0) return withoutSm12x(units, what);
  const counts = own.map((target, index) => {
    const count = `${unitsWith(units, target)} of ${units.length}`;
    return index === 0 ? `${target} code for ${count} ${what}` : `${target} for ${count}`;
  });
  const native = own.some((target) => target.startsWith('sm_121')) ? [] : ['none for sm_121'];
  const good = own.filter(runs);
  const end =
    good.length === own.length
      ? 'GB10 runs it'
      : good.length === 0
        ? 'GB10 does not run it'
        : `GB10 runs ${good.join(', ')}`;
  return `${[...counts, ...native].join(', ')}: ${end}`;
}

/** GEMMs whose code for GB10 is for plain targets alone, whose instruction set lacks the block-scaled MMA. */
function stubs(units: readonly Unit[]): string | undefined {
  const gemms = units.filter(({ kind }) => kind === 'fp4-gemm');
  const forGB10 = gemms.map(({ targets }) => targets.filter((target) => isSm12x(target) && runs(target)));
  const plain = forGB10.filter((targets) => targets.length > 0 && targets.every(isPlain));
  if (plain.length === 0) return undefined;
  const built = [...new Set(plain.flat())].map((target) => target.replace(/^sm_(\d+)(\d)$/, '$1.$2'));
  const which = plain.length === gemms.length ? 'the' : `${plain.length} of ${gemms.length}`;
  return `built for plain ${built.sort().join(', ')}: ${which} NVFP4 GEMMs are stubs`;
}

function notRead(libraries: readonly Library[], units: readonly Unit[]): string[] {
  const unread = units.filter(({ kind }) => kind === 'unread').length;
  const problems = libraries.flatMap(({ name, problems: own }) => own.map((one) => `${name}: ${one}`));
  return [...(unread > 0 ? [`the kernels of ${unread} units are unknown`] : []), ...problems];
}

/** What the libraries of one package hold. */
export function holdings(libraries: readonly Library[]): Holdings {
  const units = libraries.flatMap((library) => library.units);
  const unread = notRead(libraries, units);
  if (units.length === 0) return { state: 'unknown', sentences: ['no device code', ...unread] };
  if (!units.some(({ targets }) => targets.some(runs))) {
    const own = targetsOf(units).filter(isSm12x);
    const what = own.length === 0 ? 'no SM12x code at all' : `of SM12x, code for ${own.join(', ')} alone`;
    const all = targetsOf(units).join(', ');
    return {
      state: 'wrong',
      sentences: [`${what}: this wheel cannot run on GB10 (it holds ${all})`, ...unread],
    };
  }
  const fp4 = units.filter(({ kind }) => kind === 'fp4' || kind === 'fp4-gemm');
  const stub = stubs(fp4);
  const covered = fp4.length > 0 ? coverage(fp4, 'FP4 units') : coverage(units, 'units');
  return {
    state: stub === undefined ? 'ok' : 'wrong',
    sentences: [covered, ...(stub === undefined ? [] : [stub]), ...unread],
  };
}
