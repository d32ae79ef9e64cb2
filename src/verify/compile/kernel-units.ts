import { parseArch, smName } from '../../evaluate/arch.js';
import { type KernelKind, type KernelSource, sm12xKernels } from '../kernels.js';
import { materialise } from '../materialise.js';
import type { KernelCode } from '../ptx.js';
import type { Bench, Check, Subject } from '../rung.js';
import { cudaProgram, torchOf } from '../toolchain.js';
import { jobLimit, pool, type Workspace } from '../workspace.js';
import { cutlassHeaders, cutlassRevision } from './cutlass.js';
import { type Compiled, compileUnit, type Tools } from './unit.js';

/** What vLLM's build passes to these sources, by its CMake. */
const FLAGS = [
  '-static-global-template-stub=false',
  '--expt-relaxed-constexpr',
  '-DENABLE_FP8',
  '-DENABLE_NVFP4_SM120=1',
  '-DENABLE_SCALED_MM_SM120=1',
  '-DENABLE_CUTLASS_MOE_SM120=1',
  '-DCUTLASS_ENABLE_DIRECT_CUDA_DRIVER_CALL=1',
  '-DUSE_CUDA',
];
const STABLE_FLAGS = ['-DTORCH_TARGET_VERSION=0x020A000000000000ULL'];

/** Why a kernel file's code is not what the target must get, or undefined. */
function flaw(kind: KernelKind, arch: string, kernels: readonly KernelCode[]): string | undefined {
  const plain = parseArch(arch)?.suffix === '';
  if (kernels.length === 0) return 'holds no kernel';
  if (kind === 'fp4-convert') {
    const converting = kernels.filter(({ conversions }) => conversions > 0).length;
    const silent = kernels.find(({ stores }) => stores === 0);
    if (silent) return `${silent.name} stores nothing`;
    if (plain && converting > 0) return `${converting} kernels hold a conversion that this target lacks`;
    if (!plain && converting < kernels.length)
      return `${kernels.length - converting} of ${kernels.length} kernels lack the hardware conversion`;
    return undefined;
  }
  // The small kernels of a grouped GEMM compute addresses, and have no MMA anywhere.
  const gemms = kernels.filter(({ name }) => /Gemm/.test(name));
  if (gemms.length === 0) return 'holds no GEMM kernel';
  const mma = (code: KernelCode): number => (kind === 'fp4-gemm' ? code.fp4Mma : code.mma);
  if (plain)
    return kind === 'fp4-gemm' && gemms.some((code) => mma(code) > 0)
      ? 'holds an MMA that this target lacks'
      : undefined;
  const stubs = gemms.filter((code) => mma(code) === 0);
  if (stubs.length === 0) return undefined;
  const traps = stubs.some(({ traps, messages }) => traps + messages > 0);
  const what = kind === 'fp4-gemm' ? 'block-scaled FP4 MMA' : 'MMA';
  return `${stubs.length} of ${gemms.length} GEMM kernels hold no ${what}${traps ? ': their body is only a trap or a message' : ''}`;
}

/** Tensor core instructions of the machine code, where a disassembler is there. */
async function machineCode(cubin: string, workspace: Workspace): Promise<Record<string, number> | undefined> {
  const cuobjdump = await cudaProgram('cuobjdump');
  if (cuobjdump === undefined) return undefined;
  const { code, stdout } = await workspace.run(`sass-${cubin.split('/').at(-1)}`, cuobjdump, [
    '--dump-sass',
    cubin,
  ]);
  if (code !== 0) return undefined;
  const count = (pattern: RegExp): number => stdout.match(pattern)?.length ?? 0;
  return { OMMA: count(/\bOMMA\b/g), QMMA: count(/\bQMMA\b/g), HMMA: count(/\bHMMA\b/g) };
}

async function checkOf(compiled: Compiled, kernel: KernelSource, workspace: Workspace): Promise<Check> {
  const { unit, kernels, error, cubin } = compiled;
  const what = `${kernel.path} for sm_${smName(unit.arch)}`;
  const sum = (pick: (code: KernelCode) => number): number =>
    (kernels ?? []).reduce((total, code) => total + pick(code), 0);
  const sass = error === undefined ? await machineCode(cubin, workspace) : undefined;
  const facts = {
    kind: kernel.kind,
    arch: unit.arch,
    kernels: kernels?.length ?? 0,
    ptx: {
      conversions: sum((code) => code.conversions),
      fp4Mma: sum((code) => code.fp4Mma),
      mma: sum((code) => code.mma),
    },
    ...(sass === undefined ? {} : { sass }),
  };
  const detail = error ?? flaw(kernel.kind, unit.arch, kernels ?? []);
  if (detail !== undefined) return { what, state: 'failed', detail, facts };
  const { conversions, fp4Mma, mma } = facts.ptx;
  const stub = kernel.kind !== 'fp4-convert' && parseArch(unit.arch)?.suffix === '' && mma === 0;
  const seen =
    kernel.kind === 'fp4-convert'
      ? `${conversions} hardware conversions`
      : `${fp4Mma} FP4 MMA, ${mma} MMA in all`;
  return {
    what,
    state: 'passed',
    detail: stub ? `${seen}: a plain target gets a stub, as expected` : seen,
    facts,
  };
}

const notRun = (detail: string): Check[] => [{ what: 'the kernels', state: 'not run', detail }];

/** The NVFP4 and FP8 kernels for compute capability 12.x, with torch's headers and CUTLASS. */
export async function compileKernels(subject: Subject, bench: Bench, tools: Tools): Promise<Check[]> {
  const kernels = await sm12xKernels(subject.tree);
  if (kernels.length === 0) return notRun('this revision has none for compute capability 12.x');
  const torch = await torchOf(bench.python);
  if (!torch) return notRun(`${bench.python} has no torch, whose headers they include (--python)`);
  const revision = await cutlassRevision(subject);
  const cutlass = revision && (await cutlassHeaders(revision, bench));
  if (!cutlass) return notRun(`no mirror has CUTLASS ${revision ?? ''} (--mirror cutlass=…)`);
  const root = await materialise(subject, bench.workspace);
  const includes = [`${root}/csrc`, ...cutlass, ...torch.includes].map((folder) => `-I${folder}`);
  const units = kernels.flatMap((kernel) =>
    bench.archs.map((arch) => {
      const stable = kernel.path.includes('libtorch_stable') ? STABLE_FLAGS : [];
      const label = `compile/${kernel.path.split('/').at(-1)!.replace(/\.cu$/, '')}`;
      return {
        kernel,
        unit: { label, source: `${root}/${kernel.path}`, arch, flags: [...FLAGS, ...stable, ...includes] },
      };
    }),
  );
  // The largest ones take about five GiB each.
  return pool(units, jobLimit(5), async ({ kernel, unit }) => {
    bench.progress(`compile: ${unit.label} for sm_${smName(unit.arch)}`);
    return checkOf(await compileUnit(unit, tools, bench.workspace), kernel, bench.workspace);
  });
}
