import type { Warning } from '../codemod/refusal.js';
import { findRefused } from '../fixes/built-in.js';
import type { Target } from '../revision/resolve.js';
import type { Build } from '../source/build.js';
import type { Project } from '../source/project.js';
import type { SourceTree } from '../source/tree.js';
import { CHOICES, choiceOf, weigh } from './arch.js';
import type { Judged } from './review.js';
import { TreeWorkbench } from './workbench.js';

type Said = Pick<Judged, 'build' | 'chosen' | 'outcomes'>;

/**
 * One line where another arch than the one that was named takes fewer edits; undefined where none does, where
 * nobody named one, and where the fixes that were judged cannot tell.
 */
async function adviceOn(tree: SourceTree, { build, chosen, outcomes }: Said): Promise<string | undefined> {
  if (chosen !== undefined || !CHOICES.some((arch) => arch === build.arch)) return undefined;
  const weights = await weigh(
    tree,
    outcomes.map(({ codemod }) => codemod),
    build.cuda,
  );
  const { arch, because } = choiceOf(weights);
  return arch === build.arch ? undefined : `--arch ${arch} on CUDA ${build.cuda}: ${because}`;
}

/** Harmful edits that the tree carries. Looks into every source, so not for trees whose blobs are fetched. */
export async function warningsOn(
  tree: SourceTree,
  project: Project,
  build: Build,
): Promise<readonly Warning[]> {
  const workbench = new TreeWorkbench(tree, build);
  try {
    return await findRefused(workbench.context({ id: 'refusals' }, []), project);
  } finally {
    workbench.dispose();
  }
}

/** What `status` says beyond the verdicts. */
export async function counselOn(
  target: Target,
  judged: Said,
): Promise<{ readonly advice?: string; readonly warnings: readonly Warning[] }> {
  const [advice, warnings] = await Promise.all([
    adviceOn(target.tree, judged),
    target.url === undefined ? warningsOn(target.tree, target.project, judged.build) : [],
  ]);
  return { warnings, ...(advice === undefined ? {} : { advice }) };
}
