/** Translation units of FlashInfer that stand alone: nvcc compiles them with the tree's own headers. */
import { assetPath } from '../../assets.js';
import { smName } from '../../evaluate/arch.js';
import { materialise } from '../materialise.js';
import type { KernelCode } from '../ptx.js';
import type { Bench, Check, Subject } from '../rung.js';
import { jobLimit, pool } from '../workspace.js';
import { type Compiled, compileUnit, type Tools } from './unit.js';

interface StandAlone {
  /** The tree's source that is compiled. */
  readonly path: string;
  /** The unit that compiles it; undefined where the source is of a shape that is not known. */
  readonly unit: (text: string) => string | undefined;
  /** Kernels that must be there, a part of each one's name, and what all must hold. */
  readonly kernels: readonly string[];
  readonly holds: { readonly what: string; readonly count: (code: KernelCode) => number };
}

/** What a template's parameters are given, by their names. */
const GIVEN: Readonly<Record<string, string>> = {
  BLOCK_THREADS: '1024',
  VEC_SIZE: '4',
  SINGLE_CTA: 'false',
  DETERMINISTIC: 'false',
  MODE: 'RadixTopKMode::Basic',
  DType: 'float',
  IdType: 'int',
};

/** The arguments of a kernel's template in a header, without those that it has itself; undefined where one is not known. */
export function templateArguments(text: string, kernel: string): string | undefined {
  const head = new RegExp(`>\\s*__global__[^;{}]*?\\b${kernel}\\s*\\(`).exec(text);
  const open = head ? text.lastIndexOf('template', head.index) : -1;
  if (!head || open < 0) return undefined;
  const parameters = text.slice(text.indexOf('<', open) + 1, head.index).split(/,(?![^<]*>)/);
  const asked = parameters.filter((parameter) => !/=|\.\.\./.test(parameter));
  const names = asked.map((parameter) => /(\w+)\s*$/.exec(parameter)?.[1] ?? '');
  const values = names.map((name) => (Object.hasOwn(GIVEN, name) ? GIVEN[name] : undefined));
  return values.includes(undefined) ? undefined : values.join(', ');
}

const TOP_K = [
  'RadixTopKMaskLogitsKernel_MultiCTA',
  'RadixTopKRenormProbKernel_MultiCTA',
  'RadixTopKKernel_Unified',
];

function topK(text: string): string | undefined {
  const made = TOP_K.map((kernel, at) => {
    const given = templateArguments(text, kernel);
    return given && `auto* kernel_${at} = &${kernel}<${given}>;`;
  });
  if (made.includes(undefined)) return undefined;
  const includes = ['<cub/cub.cuh>', '<flashinfer/math.cuh>', '<flashinfer/topk.cuh>'];
  return [
    ...includes.map((name) => `#include ${name}`),
    'using namespace flashinfer::sampling;',
    ...made,
    '',
  ].join('\n');
}

const UNITS: readonly StandAlone[] = [
  {
    path: 'include/flashinfer/topk.cuh',
    unit: topK,
    kernels: TOP_K,
    holds: { what: 'stores', count: ({ stores }) => stores },
  },
  {
    path: 'csrc/tinygemm2.cu',
    unit: (text) => text,
    kernels: ['tinygemm_kernel'],
    holds: { what: 'MMA', count: ({ mma }) => mma },
  },
];

const ownOf = ({ kernels: wanted }: StandAlone, kernels: readonly KernelCode[]): KernelCode[] =>
  kernels.filter((code) => wanted.some((name) => code.name.includes(name)));

/** Why a unit's code is not what the target must get, or undefined. */
function flawOf(known: StandAlone, kernels: readonly KernelCode[]): string | undefined {
  const missing = known.kernels.find((name) => !kernels.some((code) => code.name.includes(name)));
  if (missing) return `holds no ${missing}`;
  const empty = ownOf(known, kernels).find((code) => known.holds.count(code) === 0);
  if (!empty) return undefined;
  const trap = empty.traps + empty.messages > 0 ? ': its body is only a trap or a message' : '';
  return `${empty.name} holds no ${known.holds.what}${trap}`;
}

function checkOf({ unit, kernels, error }: Compiled, known: StandAlone): Check {
  const what = `${known.path} for sm_${smName(unit.arch)}`;
  const own = ownOf(known, kernels ?? []);
  const count = own.reduce((sum, code) => sum + known.holds.count(code), 0);
  const facts = { arch: unit.arch, kernels: own.map(({ name, instructions }) => ({ name, instructions })) };
  const detail = error ?? flawOf(known, kernels ?? []);
  if (detail !== undefined) return { what, state: 'failed', detail, facts };
  const kinds = `${own.length} ${own.length === 1 ? 'kernel' : 'kernels'}`;
  return { what, state: 'passed', detail: `${kinds}, ${count} ${known.holds.what}`, facts };
}

/** The kernels that a tree has of these, for every target. */
export async function compileStandAlone(subject: Subject, bench: Bench, tools: Tools): Promise<Check[]> {
  const checks: Check[] = [];
  const jobs: { known: StandAlone; source: string; label: string }[] = [];
  for (const [at, known] of UNITS.entries()) {
    const file = await subject.tree.read(known.path);
    const text = file && known.unit(file.text);
    if (file && text === undefined) {
      const detail = 'its kernels are templates of a shape that is not known';
      checks.push({ what: known.path, state: 'not run', detail });
    }
    if (text === undefined) continue;
    const label = `compile/flashinfer-${at}`;
    jobs.push({ known, label, source: await bench.workspace.write(`${label}.cu`, text) });
  }
  if (jobs.length === 0 && checks.length === 0) {
    const detail = 'no kernel of this revision is known to compile alone';
    return [{ what: 'the kernels', state: 'not run', detail }];
  }
  const root = await materialise(subject, bench.workspace);
  const flags = [`-I${assetPath('src/verify/compile')}/bindings`, `-I${root}/include`];
  const units = jobs.flatMap(({ known, label, source }) =>
    bench.archs.map((arch) => ({ known, unit: { label, source, arch, flags } })),
  );
  const compiled = await pool(units, jobLimit(2), async ({ known, unit }) => {
    bench.progress(`compile: ${known.path} for sm_${smName(unit.arch)}`);
    return checkOf(await compileUnit(unit, tools, bench.workspace), known);
  });
  return [...compiled, ...checks];
}
