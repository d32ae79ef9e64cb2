import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import { judgeTree } from '../../src/judge/judge.js';
import type { Project } from '../../src/source/project.js';
import { OverlayTree } from '../../src/tree/overlay-tree.js';
import { treeAt } from './mirrors.js';
import { writeTree } from './nvcc.js';
import { tempFolder } from './temp.js';

/** Files of a revision, as they are or with fixes made, in a folder of their own. */
export async function source(
  project: Project,
  revision: string,
  wanted: RegExp,
  ids: readonly string[],
): Promise<string> {
  const dir = tempFolder();
  const tree = await treeAt(project, revision);
  try {
    const codemods = CODEMODS.filter(({ id }) => ids.includes(id));
    const outcomes = await judgeTree(tree, codemods, { cuda: '13.0', arch: '12.1a' });
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(ids.map(() => 'needed'));
    await writeTree(
      new OverlayTree(
        tree,
        outcomes.flatMap(({ edits }) => edits),
      ),
      wanted,
      dir,
    );
  } finally {
    tree.close();
  }
  return dir;
}

/** A translation unit of one's own in such a folder. */
export function unit(dir: string, text: string): string {
  const file = join(dir, 'unit.cu');
  writeFileSync(file, text);
  return file;
}
