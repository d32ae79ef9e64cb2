import { type PlanOptions, plan, propose } from '../codemod/plan.js';
import type { Codemod, Outcome } from '../codemod/types.js';
import type { Build } from '../source/build.js';
import type { SourceTree } from '../source/tree.js';
import { TreeWorkbench } from './workbench.js';

/** Judges a tree with a project's fixes and makes the edits; nothing is written. */
export async function judgeTree(
  tree: SourceTree,
  codemods: readonly Codemod[],
  build: Build,
  options: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
  how: PlanOptions = {},
): Promise<readonly Outcome[]> {
  const workbench = new TreeWorkbench(tree, build, options);
  try {
    return (await plan(codemods, workbench, propose, how)).outcomes;
  } finally {
    workbench.dispose();
  }
}
