import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import type { Codemod } from '../../src/codemod/types.js';
import { BLOCKING } from '../../src/codemod/verdict.js';
import { judgeTree } from '../../src/judge/judge.js';
import type { SourceTree } from '../../src/source/tree.js';
import { FolderTree } from '../../src/tree/folder-tree.js';
import { OverlayTree } from '../../src/tree/overlay-tree.js';
import { BUILD, MemoryTree } from '../support/memory.js';
import { hasMirror, treeAt } from '../support/mirrors.js';
import { ROOT } from '../support/sources.js';

/** The files of a tree that some fixes edit, after them. */
async function after(tree: SourceTree, codemods: readonly Codemod[]): Promise<Record<string, string>> {
  const outcomes = await judgeTree(tree, codemods, BUILD);
  const overlay = new OverlayTree(
    tree,
    outcomes.flatMap(({ edits }) => edits),
  );
  const files = await Promise.all(
    overlay.changed.map(async (path) => [path, (await overlay.read(path))!.text]),
  );
  return Object.fromEntries(files);
}

/** A tree with some files in place of its own. */
function having(tree: SourceTree, files: Readonly<Record<string, string>>): SourceTree {
  const above = new MemoryTree(files);
  return {
    read: async (path) => (await above.read(path)) ?? tree.read(path),
    paths: async () => [...new Set([...(await tree.paths()), ...Object.keys(files)])].sort(),
  };
}

/** Each fix judged and made on the tree that the one before it left. */
async function inTurn(tree: SourceTree, codemods: readonly Codemod[]): Promise<Record<string, string>> {
  let files: Record<string, string> = {};
  for (const codemod of codemods) files = { ...files, ...(await after(having(tree, files), [codemod])) };
  return files;
}

/** Nothing is left to do, nothing blocks, and nothing that was right is wrong. */
async function expectSettled(tree: SourceTree, codemods: readonly Codemod[]): Promise<void> {
  const edited = having(tree, await after(tree, codemods));
  const outcomes = await judgeTree(edited, codemods, BUILD);
  const open = outcomes.filter(({ verdict }) => verdict === 'needed' || BLOCKING.has(verdict));
  expect(open.map(({ codemod, verdict, reason }) => `${codemod.id} ${verdict}: ${reason}`)).toEqual([]);
}

const vllm = CODEMODS.filter(({ project }) => project === 'vllm');
const mini = new FolderTree(join(ROOT, 'fixtures/trees/mini-vllm'));

describe('the fixes of the miniature tree', () => {
  it('leave nothing to do', async () => {
    await expectSettled(mini, vllm);
  });

  it('give the same bytes one after the other, in any order, as all together', async () => {
    const together = await after(mini, vllm);
    const needed = (await judgeTree(mini, vllm, BUILD))
      .filter(({ verdict }) => verdict === 'needed')
      .map(({ codemod }) => codemod);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(needed, { minLength: needed.length }), async (order) => {
        expect(await inTurn(mini, order)).toEqual(together);
      }),
      { numRuns: 4 },
    );
  });

  it('can each be made alone', async () => {
    for (const codemod of vllm) await expectSettled(mini, [codemod]);
  });
});

const REVISIONS = ['v0.11.0', '3b30e6150777', 'v0.16.0', '017e9f4448'];

describe.skipIf(!hasMirror('vllm'))('the fixes of a real tree (needs DGX_PATCH_MIRRORS)', () => {
  it.each(REVISIONS)('%s: settle, to the same bytes in the opposite order', async (revision) => {
    const tree = await treeAt('vllm', revision);
    const together = await after(tree, vllm);
    const before = await judgeTree(tree, vllm, BUILD);
    const now = await judgeTree(having(tree, together), vllm, BUILD);
    for (const [index, { codemod, verdict, reason }] of before.entries()) {
      const goal = verdict === 'needed' ? /^(?:applied|upstreamed)$/ : new RegExp(`^${verdict}$`);
      expect([codemod.id, now[index]!.verdict], reason).toEqual([codemod.id, expect.stringMatching(goal)]);
    }
    const needed = before.filter(({ verdict }) => verdict === 'needed').map(({ codemod }) => codemod);
    expect(await inTurn(tree, needed.toReversed())).toEqual(together);
    tree.close();
  });
});
