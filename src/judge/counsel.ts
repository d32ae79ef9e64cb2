import type { Warning } from '../codemod/refusal.js';
import type { Outcome } from '../codemod/types.js';
import { TooLarge } from '../failure.js';
import { CODEMODS, findRefused } from '../fixes/built-in.js';
import { selectCodemods } from '../fixes/choose.js';
import type { Target } from '../revision/resolve.js';
import type { Build } from '../source/build.js';
import type { Project } from '../source/project.js';
import type { SourceTree } from '../source/tree.js';
import { CHOICES, choiceOf, weigh } from './arch.js';
import { type Judged, toDo } from './review.js';
import { TreeWorkbench } from './workbench.js';

type Said = Pick<Judged, 'build' | 'chosen' | 'outcomes' | 'full'>;

/**
 * One line where another arch than the one that was named takes fewer edits; undefined where none does, where
 * nobody named one, and where the fixes that were judged cannot tell.
 */
async function adviceOn(
  { tree, project }: Target,
  { build, chosen, outcomes }: Said,
): Promise<string | undefined> {
  if (chosen !== undefined || !CHOICES.some((arch) => arch === build.arch)) return undefined;
  if (!outcomes.some(({ codemod }) => codemod.dependsOnBuild)) return undefined;
  const weights = await weigh(tree, selectCodemods(CODEMODS, project), build.cuda);
  const own = weights.find(({ arch }) => arch === build.arch)?.edits ?? Number.POSITIVE_INFINITY;
  const least = weights.find(({ edits }) => edits !== undefined && edits < own);
  return least && `--arch ${least.arch}: ${choiceOf(weights).because} (--arch auto takes it)`;
}

/** The tree without what is too large to be judged: a warning says nothing of what it cannot read. */
function withoutLarge(tree: SourceTree): SourceTree {
  const read: SourceTree['read'] = (path) =>
    tree.read(path).catch((error: unknown) => {
      if (error instanceof TooLarge) return undefined;
      throw error;
    });
  return { read, paths: () => tree.paths() };
}

/**
 * Harmful edits that the tree carries, and that `outcomes` leave there. Looks into every source, so not for trees
 * whose blobs are fetched.
 */
export async function warningsOn(
  tree: SourceTree,
  project: Project,
  build: Build,
  outcomes: readonly Outcome[],
): Promise<readonly Warning[]> {
  const edits = outcomes.flatMap((outcome) => outcome.edits);
  const workbench = new TreeWorkbench(withoutLarge(tree), build);
  try {
    return await findRefused(workbench.context({ id: 'refusals' }, edits), project);
  } catch (error) {
    if (error instanceof TooLarge) return [];
    throw error;
  } finally {
    workbench.dispose();
  }
}

/** Harmful edits that a judged target carries; none are looked for where each source would be fetched. */
export async function warningsOf({ tree, project, url }: Target, judged: Said): Promise<readonly Warning[]> {
  return url === undefined ? warningsOn(tree, project, judged.build, toDo(judged)) : [];
}

/** What `status` says beyond the verdicts. */
export async function counselOn(
  target: Target,
  judged: Said,
): Promise<{ readonly advice?: string; readonly warnings: readonly Warning[] }> {
  const [advice, warnings] = await Promise.all([adviceOn(target, judged), warningsOf(target, judged)]);
  return { warnings, ...(advice === undefined ? {} : { advice }) };
}
