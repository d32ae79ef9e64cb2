import type { Outcome } from '../codemod/types.js';
import { hasBlockScaledFP4, parseArch, runsOnGB10, splitArchs } from '../evaluate/arch.js';
import type { BuildGraph } from '../evaluate/graph.js';
import type { Build } from '../source/build.js';
import type { Finding } from './finding.js';

const CHECK = 'torch-cuda-arch-list';
const EXPORT = 'export TORCH_CUDA_ARCH_LIST=12.0f';

/** What the check needs of a pinned vLLM. */
export interface ArchSubject {
  readonly name: string;
  readonly cuda: string;
  /** The set's torch, where it names one. */
  readonly torch?: string | undefined;
  /** The fix of the arch lists, judged for a build. */
  judge(build: Build): Promise<Pick<Outcome, 'verdict' | 'reason'>>;
  /** The CMake, evaluated with these -gencode flags. */
  evaluate(flags: string): Promise<BuildGraph>;
}

/**
 * What torch gives where no list is set and the device is a GB10. Up to 2.11 it takes the digits of 12.1 for
 * those of 2.1.
 */
function flagsOnGB10(torch: string | undefined): string {
  const [major = 0, minor = 0] = (torch ?? '2.0').split('.').map(Number);
  const mended = major > 2 || (major === 2 && minor > 11);
  return mended ? '-gencode arch=compute_121,code=sm_121' : '-gencode arch=compute_20,code=sm_121';
}

async function unset(subject: ArchSubject | undefined): Promise<Finding> {
  if (!subject) {
    const cause =
      'TORCH_CUDA_ARCH_LIST is not set: with torch up to 2.11, vLLM before August 2026 then builds no kernel for GB10';
    return {
      check: CHECK,
      state: 'wrong',
      cause,
      evidence: [],
      next: `${EXPORT}, or look at a set: dgx-patch doctor --set <name>`,
    };
  }
  const flags = flagsOnGB10(subject.torch);
  const graph = await subject.evaluate(flags);
  const built = graph.cudaArchs.filter((arch) => parseArch(arch)?.major === 12);
  const evidence = [
    `torch ${subject.torch ?? 'up to 2.11'} gives ${flags}`,
    `built: ${graph.cudaArchs.join(';') || 'nothing'}`,
  ];
  if (built.length > 0 && graph.errors.length === 0) {
    const cause = `TORCH_CUDA_ARCH_LIST is not set, and vllm@${subject.name} finds GB10 by itself`;
    return { check: CHECK, state: 'ok', cause, evidence };
  }
  const cause = `TORCH_CUDA_ARCH_LIST is not set, and vllm@${subject.name} then builds no kernel for GB10`;
  return { check: CHECK, state: 'wrong', cause, evidence, next: EXPORT };
}

/** What is wrong with a list whatever it is given to, or undefined. */
function flawOf(list: string): string | undefined {
  const own = splitArchs(list).filter(runsOnGB10);
  if (own.length === 0) return `GB10 runs nothing that is built for ${list}`;
  if (own.some(hasBlockScaledFP4)) return undefined;
  return `${own.join(';')} has neither the FP4 conversion nor the block-scaled MMA: the suffix is missing`;
}

/** Is TORCH_CUDA_ARCH_LIST one that gives GB10 its kernels, and does the pinned vLLM keep it? */
export async function checkArchList(
  list: string | undefined,
  subject: ArchSubject | undefined,
): Promise<Finding> {
  if (!list) return unset(subject);
  const evidence = [`TORCH_CUDA_ARCH_LIST=${list}`];
  const flaw = flawOf(list);
  if (flaw !== undefined) return { check: CHECK, state: 'wrong', cause: flaw, evidence, next: EXPORT };
  if (!subject) {
    const cause = 'TORCH_CUDA_ARCH_LIST is set, and no vLLM was given to evaluate it with';
    return { check: CHECK, state: 'unknown', cause, evidence, next: 'dgx-patch doctor --set <name>' };
  }
  const { verdict, reason } = await subject.judge({ cuda: subject.cuda, arch: list });
  const cause = `vllm@${subject.name}, built for ${list}: ${reason}`;
  if (verdict === 'needed') {
    const next = `dgx-patch apply --target vllm@${subject.name} --cuda ${subject.cuda} --arch '${list}'`;
    return { check: CHECK, state: 'wrong', cause, evidence, next };
  }
  const right = verdict === 'upstreamed' || verdict === 'applied' || verdict === 'not-applicable';
  return { check: CHECK, state: right ? 'ok' : 'wrong', cause, evidence, ...(right ? {} : { next: EXPORT }) };
}
