/** What is asked of the arch lists: the request, and the evaluations that answer it. */
import {
  type Build,
  type BuildGraph,
  type JudgeContext,
  type KernelGroup,
  parseArch,
  splitArchs,
} from '../../../src/api.js';
import { readSources, type Sources } from '../_shared/kernel-groups.js';
import { type Request, sm12xGroups } from './find.js';

const CHOICES = 'use --arch 12.1a (native) or --arch 12.0f (the SM12x family target, which GB10 runs)';

/** Why the request itself is not one to carry out, or what it means. */
export function readRequest({ arch, cuda }: Build): Request | string {
  const entries = splitArchs(arch).map((text) => parseArch(text));
  if (entries.some((entry) => entry?.major === 12 && entry.minor === 1 && entry.suffix === '')) {
    return `plain 12.1 has neither the FP4 conversion nor the block-scaled MMA: ${CHOICES}`;
  }
  const twelve = entries.filter((entry) => entry?.major === 12);
  if (twelve.length === 0) return `GB10 runs nothing of ${arch}: ${CHOICES}`;
  if (twelve.every((entry) => entry?.minor === 0 && entry.suffix === 'a')) {
    return `12.0a code is for compute capability 12.0 alone, GB10 cannot load it: ${CHOICES}`;
  }
  const native = twelve.some((entry) => entry?.minor === 1);
  const [major = 0, minor = 0] = cuda.split('.').map(Number);
  if (native && (major < 12 || (major === 12 && minor < 9)))
    return `CUDA ${cuda} has no sm_121 target: it came with 12.9`;
  return { minor: native ? 1 : 0 };
}

export interface Question {
  readonly context: JudgeContext;
  readonly request: Request;
  readonly sources: Sources;
  readonly groups: readonly KernelGroup[];
  /** The evaluation of the tree as it is. */
  readonly graph: BuildGraph;
}

/** Both evaluations, and the kernel groups that count; undefined where the CMake is not of this kind. */
export async function askedOf(
  context: JudgeContext,
): Promise<(Omit<Question, 'request'> & { readonly reference: BuildGraph }) | undefined> {
  const sources = await readSources(context);
  const main = sources.get('CMakeLists.txt');
  if (
    !main ||
    ![...sources.values()].some(({ file }) => file.text.includes('cuda_archs_loose_intersection'))
  ) {
    return undefined;
  }
  const [reference, graph] = await Promise.all([
    context.evaluateCMake({ cuda: context.build.cuda, arch: '12.0' }),
    context.evaluateCMake(context.build),
  ]);
  return { context, sources, groups: sm12xGroups(reference, sources), graph, reference };
}
