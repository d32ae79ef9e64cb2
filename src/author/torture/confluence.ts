import { editedFiles, plan } from '../../codemod/plan.js';
import type { Codemod, Outcome } from '../../codemod/types.js';
import { TreeWorkbench } from '../../judge/workbench.js';
import type { Build } from '../../source/build.js';
import type { SourceTree } from '../../source/tree.js';
import { Documents } from '../../syntax/parser.js';
import { OverlayTree } from '../../tree/overlay-tree.js';
import { choiceOf } from './choice.js';

async function outcomesOf(
  codemods: readonly Codemod[],
  tree: SourceTree,
  build: Build,
  documents: Documents,
): Promise<readonly Outcome[]> {
  const workbench = new TreeWorkbench(tree, build, {}, documents);
  try {
    return (await plan(codemods, workbench)).outcomes;
  } finally {
    workbench.dispose();
  }
}

async function textsOf(
  tree: SourceTree,
  paths: Iterable<string>,
): Promise<ReadonlyMap<string, string | undefined>> {
  const entries = [...paths].map(async (path) => [path, (await tree.read(path))?.text] as const);
  return new Map(await Promise.all(entries));
}

/**
 * Fixes applied one after the other, in an order that the seed gives, and all together: the paths whose bytes
 * differ. Empty where the order does not matter.
 */
export async function confluence(
  codemods: readonly Codemod[],
  tree: SourceTree,
  build: Build,
  seed: number,
): Promise<readonly string[]> {
  const documents = new Documents(4 << 20);
  try {
    const choice = choiceOf(seed);
    const together = await outcomesOf(codemods, tree, build, documents);
    const order = [...codemods].sort((a, b) => choice.of(a.id, 1 << 30) - choice.of(b.id, 1 << 30));
    let now: SourceTree = tree;
    const touched = new Set(together.flatMap(({ edits }) => edits.map(({ path }) => path)));
    for (const codemod of order) {
      const [outcome] = await outcomesOf([codemod], now, build, documents);
      for (const { path } of outcome!.edits) touched.add(path);
      if (outcome!.edits.length > 0) now = new OverlayTree(now, outcome!.edits);
    }
    const want = await editedFiles(together, (path) => tree.read(path));
    const after = new Map(want.map((file) => [file.path, file.after]));
    const got = await textsOf(now, touched);
    const before = await textsOf(tree, touched);
    return [...touched].filter((path) => got.get(path) !== (after.get(path) ?? before.get(path))).sort();
  } finally {
    documents.dispose();
  }
}
