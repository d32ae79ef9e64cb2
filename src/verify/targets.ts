import { withEffects } from '../codemod/plan.js';
import { CODEMODS } from '../fixes/built-in.js';
import { judgeTree } from '../judge/judge.js';
import { TreeWorkbench } from '../judge/workbench.js';
import type { Subject } from './rung.js';

/** Plain, native, and the family's. */
export const TARGETS = ['12.1', '12.1a', '12.0f'] as const;

/**
 * The targets that a tree is compiled for where nobody names any. Not the plain one where the conversion in software
 * was left out because it has no effect at the tree's build: such a tree is not made for it.
 */
export async function targetsOf({ project, tree, build, options }: Subject): Promise<readonly string[]> {
  const conversions = CODEMODS.filter((one) => one.project === project && one.role === 'conversion');
  const outcomes = await judgeTree(tree, conversions, build, options);
  const needed = outcomes.filter(({ verdict }) => verdict === 'needed');
  const workbench = new TreeWorkbench(tree, build, options);
  try {
    const effects = await withEffects(needed, workbench);
    return effects.some(({ effect }) => effect?.kind === 'none') ? TARGETS.slice(1) : TARGETS;
  } finally {
    workbench.dispose();
  }
}
