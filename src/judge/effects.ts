import { effectOf } from '../codemod/effect-of.js';
import type { Outcome } from '../codemod/types.js';
import type { FixOptions } from '../fixes/fix-options.js';
import type { Build } from '../source/build.js';
import type { SourceTree } from '../source/tree.js';
import { TreeWorkbench } from './workbench.js';

/** Outcomes that were judged without asking for effects, or remembered: the same, with their effects. */
export async function withEffects(
  outcomes: readonly Outcome[],
  tree: SourceTree,
  build: Build,
  options: FixOptions = {},
): Promise<readonly Outcome[]> {
  const workbench = new TreeWorkbench(tree, build, options);
  try {
    return await Promise.all(
      outcomes.map(async (outcome) => {
        const effect = await effectOf(outcome, workbench.context(outcome.codemod, []));
        return effect === undefined ? outcome : { ...outcome, effect };
      }),
    );
  } finally {
    workbench.dispose();
  }
}
