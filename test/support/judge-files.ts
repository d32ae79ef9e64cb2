import { editedFiles } from '../../src/codemod/plan.js';
import type { Codemod } from '../../src/codemod/types.js';
import { judgeTree } from '../../src/judge/judge.js';
import type { SourceTree } from '../../src/source/tree.js';
import { allFixtures } from './fixture.js';

/** The tree of a fixture case. */
export function fixtureTree(id: string, name: string): SourceTree {
  return allFixtures().find((fixture) => fixture.id === id && fixture.name === name)!.tree;
}

/** A fixture case's files after a fix: those that it edits, by path. */
export const fixFixture = (codemod: Codemod, name: string): Promise<Map<string, string>> =>
  fixTree([codemod], fixtureTree(codemod.id, name));

/** The files that fixes edit in a tree, by path, as they are afterwards. */
export async function fixTree(codemods: readonly Codemod[], tree: SourceTree): Promise<Map<string, string>> {
  const outcomes = await judgeTree(tree, codemods, { cuda: '13.0', arch: '12.1a' });
  const files = await editedFiles(outcomes, (path) => tree.read(path));
  return new Map(files.map(({ path, after }) => [path, after]));
}
