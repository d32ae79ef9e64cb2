import { splitArchs } from '../evaluate/arch.js';
import type { BuildGraph } from '../evaluate/graph.js';
import type { Build } from '../source/build.js';
import type { Finding } from './finding.js';

const CHECK = 'torch-cuda-arch-list';
const SET_IT = 'export TORCH_CUDA_ARCH_LIST=12.1a (or 12.0f)';

/** What the check needs of a pinned vLLM: its name, and its CMake evaluated for a build. */
export interface ArchSubject {
  readonly name: string;
  readonly cuda: string;
  evaluate(build: Build): Promise<BuildGraph>;
}

/** Would the pinned vLLM change TORCH_CUDA_ARCH_LIST, and to what? */
export async function checkArchList(
  list: string | undefined,
  subject: ArchSubject | undefined,
): Promise<Finding> {
  if (!list) {
    return {
      check: CHECK,
      state: 'wrong',
      cause:
        'TORCH_CUDA_ARCH_LIST is not set: a build from source takes plain 12.1 on GB10, which has no FP4 instructions',
      evidence: [],
      next: SET_IT,
    };
  }
  const evidence = [`TORCH_CUDA_ARCH_LIST=${list}`];
  const plain = splitArchs(list).filter((arch) => /^12\.\d(?:\+PTX)?$/.test(arch));
  if (plain.length > 0 && (!subject || plain.some((arch) => arch.startsWith('12.1')))) {
    const cause = `plain ${plain.join(' and ')} has no FP4 instructions: NVFP4 kernels stop the assembler, or compile to nothing`;
    return { check: CHECK, state: 'wrong', cause, evidence, next: SET_IT };
  }
  if (!subject) {
    const cause = 'TORCH_CUDA_ARCH_LIST is set, and no vLLM was given to evaluate it with';
    return { check: CHECK, state: 'unknown', cause, evidence, next: 'dgx-patch doctor --set <name>' };
  }
  const graph = await subject.evaluate({ cuda: subject.cuda, arch: list });
  if (graph.errors.length > 0) {
    const cause = `the CMake of vllm@${subject.name} stops for this list`;
    return { check: CHECK, state: 'wrong', cause, evidence: [...evidence, graph.errors[0]!] };
  }
  const asked = splitArchs(list);
  const built = [...graph.cudaArchs];
  const lost = asked.filter((arch) => !built.includes(arch));
  if (lost.length === 0) {
    const cause = `vllm@${subject.name} builds for what TORCH_CUDA_ARCH_LIST names`;
    return { check: CHECK, state: 'ok', cause, evidence: [...evidence, `built: ${built.join(';')}`] };
  }
  return {
    check: CHECK,
    state: 'wrong',
    cause: `vllm@${subject.name} turns ${asked.join(';')} into ${built.join(';') || 'nothing'}`,
    evidence: [...evidence, `evaluated with CUDA ${subject.cuda}: ${built.join(';') || '(empty)'}`],
    next: `set it to 12.0f, or apply vllm/cuda-arch-lists: dgx-patch apply --target vllm@${subject.name} --arch 12.1a`,
  };
}
