import { editedFiles } from '../../src/codemod/plan.js';
import type { Codemod, SourceFile } from '../../src/codemod/types.js';
import { judgeTree } from '../../src/judge-target.js';
import { FolderTree } from '../../src/tree/folder-tree.js';

/** The `before` folder of a fixture case. */
export function fixtureTree(id: string, name: string): FolderTree {
  return new FolderTree(new URL(`../../fixtures/${id}/${name}/before`, import.meta.url).pathname);
}

/** A fixture case's files after a fix: those that it edits, by path. */
export async function fixFixture(codemod: Codemod, name: string): Promise<Map<string, string>> {
  const tree = fixtureTree(codemod.id, name);
  const outcomes = await judgeTree(tree, [codemod], { cuda: '13.0', arch: '12.1a' });
  const files = await editedFiles(outcomes, (path) => tree.read(path));
  return new Map(files.map(({ path, after }) => [path, after]));
}

/** A tree of files in memory, for judging what no fixture holds. */
export function memoryTree(files: readonly SourceFile[]) {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return {
    read: async (path: string) => byPath.get(path),
    paths: async () => [...byPath.keys()].sort(),
  };
}
