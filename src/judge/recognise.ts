import { Failure } from '../failure.js';
import { matching } from '../source/locate.js';
import type { Project } from '../source/project.js';
import type { SourceTree } from '../source/tree.js';

/** What a project's own tree has, and what shows its code under another name. */
interface Signs {
  readonly own: RegExp;
  /** A path of a renamed copy; its first group is the name. */
  readonly renamed: RegExp;
  readonly named: string;
}

const SIGNS: Readonly<Record<Project, Signs>> = {
  vllm: {
    own: /^vllm\/.|^csrc\/.*\.(?:cu|cuh)$/,
    renamed: /^(?!vllm\/)([\w-]+)\/model_executor\/(?:layers|models)\/.*\.py$/,
    named: 'vLLM',
  },
  flashinfer: {
    own: /^(?:python\/)?flashinfer\/.|^include\/flashinfer\/|^csrc\/.*\.(?:cu|cuh|h|inc)$/,
    renamed: /^(?!flashinfer\/)([\w-]+)\/jit\/cpp_ext\.py$/,
    named: 'FlashInfer',
  },
  cutlass: {
    own: /^include\/(?:cutlass|cute)\/./,
    renamed: /^(?!include\/cutlass\/)(.*\/cutlass)\/cutlass\.h$/,
    named: 'CUTLASS',
  },
};

/**
 * Ends with a Failure where a tree is not one of the project's: every fix would be "not applicable" there, and
 * would say of things that they are absent which lie under another name.
 */
export async function checkProject(tree: SourceTree, project: Project, name: string): Promise<void> {
  const { own, renamed, named } = SIGNS[project];
  const [copy] = await matching(tree, renamed);
  const has = (await matching(tree, own)).length > 0;
  if (has && (copy === undefined || project !== 'vllm' || (await matching(tree, /^vllm\/./)).length > 0))
    return;
  const other = copy && renamed.exec(copy)?.[1];
  throw new Failure('unavailable', `${name} is not a tree of ${named}`, {
    why:
      other === undefined
        ? 'it holds none of its sources: a packaging repository, or another project'
        : `it holds its code under another name, ${other}/: the fixes know ${named}'s own paths and are not asked`,
    next: `check the mirror of ${project}, and the revision`,
  });
}
