import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Codemod, JudgeContext } from '../../src/codemod/types.js';
import { Memory } from '../../src/history/memory.js';
import { Store } from '../../src/history/store.js';
import { locate, matching, search } from '../../src/source/locate.js';
import type { SourceTree } from '../../src/source/tree.js';
import { OverlayTree } from '../../src/tree/overlay-tree.js';
import { mapTree } from '../support/map-tree.js';

const BUILD = { cuda: '13.0', arch: '12.1a' };

/** A fix whose judge looks at the tree with `look`, and counts how often it is asked. */
function counting(look: (context: JudgeContext) => Promise<number>): Codemod & { asked: number } {
  return {
    id: 'vllm/counting',
    project: 'vllm',
    title: '',
    why: '',
    references: [],
    retire: '',
    asked: 0,
    async judge(context) {
      this.asked += 1;
      return { absent: `saw ${await look(context)}` };
    },
    rewrite: () => [],
  };
}

function contextOf(tree: SourceTree, options: Record<string, string> = {}): JudgeContext {
  return {
    tree,
    build: BUILD,
    options,
    parse: () => Promise.reject(new Error('not parsed here')),
    evaluateCMake: async () => ({
      cudaArchs: [],
      groups: [],
      intersections: [],
      assignments: [],
      targets: [],
      errors: [],
    }),
  };
}

const FILES = { 'csrc/a.cu': 'one', 'csrc/b.cu': 'two', 'docs/x.md': 'three' };

async function reasonOf(memory: Memory, codemod: Codemod, tree: SourceTree, options = {}): Promise<string> {
  return (await memory.propose(codemod, contextOf(tree, options))).reason;
}

describe('Memory', () => {
  it.each([
    ['a file that was not read changes', { ...FILES, 'docs/x.md': 'other' }, 1],
    ['a file that was not listed appears', { ...FILES, 'docs/y.md': '' }, 1],
    ['a file that was read changes', { ...FILES, 'csrc/b.cu': 'two two' }, 2],
    ['a file that was read goes', { 'csrc/a.cu': 'one', 'docs/x.md': 'three' }, 2],
    ['a file appears among those searched', { ...FILES, 'csrc/c.cu': '' }, 2],
    ['a file appears where one was looked for', { ...FILES, 'setup.py': '' }, 2],
  ])('when %s', async (_, changed, asked) => {
    const codemod = counting(async (context) => {
      const known = await locate(context, { known: ['setup.py'], holds: /./ });
      return known.length + (await search(context, /^csrc\//, /./)).length;
    });
    const memory = new Memory(undefined);
    await reasonOf(memory, codemod, mapTree(FILES));
    await reasonOf(memory, codemod, mapTree(changed));
    expect(codemod.asked).toBe(asked);
  });

  it('takes a tree with edits for what its bytes are', async () => {
    const codemod = counting(async (context) => (await context.tree.read('csrc/a.cu'))!.text.length);
    const memory = new Memory(undefined);
    const below = mapTree(FILES);
    const edit = { path: 'csrc/a.cu', start: 3, end: 3, text: ' more' };
    expect(await reasonOf(memory, codemod, below)).toBe('saw 3');
    expect(await reasonOf(memory, codemod, new OverlayTree(below, [edit]))).toBe('saw 8');
    expect(await reasonOf(memory, codemod, mapTree({ ...FILES, 'csrc/a.cu': 'one more' }))).toBe('saw 8');
    expect(codemod.asked).toBe(2);
  });

  it('sees a file that an edit creates', async () => {
    const codemod = counting(async (context) => (await matching(context.tree, /^csrc\//)).length);
    const memory = new Memory(undefined);
    const below = mapTree(FILES);
    const create = { path: 'csrc/new.cu', start: 0, end: 0, text: 'new', create: true };
    expect(await reasonOf(memory, codemod, below)).toBe('saw 2');
    expect(await reasonOf(memory, codemod, new OverlayTree(below, [create]))).toBe('saw 3');
  });

  it('depends on every file of a tree whose paths are all asked for', async () => {
    const codemod = counting(async (context) => (await context.tree.paths()).length);
    const memory = new Memory(undefined);
    await reasonOf(memory, codemod, mapTree(FILES));
    expect(await reasonOf(memory, codemod, mapTree({ ...FILES, 'docs/y.md': '' }))).toBe('saw 4');
  });

  it('depends on the CMake files where the build is evaluated', async () => {
    const codemod = counting(async (context) => (await context.evaluateCMake(BUILD)).errors.length);
    const memory = new Memory(undefined);
    for (const text of ['a()', 'a()', 'b()']) {
      await reasonOf(memory, codemod, mapTree({ ...FILES, 'cmake/utils.cmake': text }));
    }
    expect(codemod.asked).toBe(2);
  });

  it('keeps options apart', async () => {
    const codemod = counting(async (context) => Number(context.options.n));
    const memory = new Memory(undefined);
    expect(await reasonOf(memory, codemod, mapTree(FILES), { n: '1' })).toBe('saw 1');
    expect(await reasonOf(memory, codemod, mapTree(FILES), { n: '2' })).toBe('saw 2');
  });
});

describe('Memory on disk', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dgx-patch-memory-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const look = async (context: JudgeContext): Promise<number> =>
    (await context.tree.read('csrc/a.cu'))!.text.length;

  it('is there for the next run', async () => {
    const first = new Memory(new Store(dir));
    await reasonOf(first, counting(look), mapTree(FILES));
    await first.save();
    const codemod = counting(look);
    expect(await reasonOf(new Memory(new Store(dir)), codemod, mapTree(FILES))).toBe('saw 3');
    expect(codemod.asked).toBe(0);
  });

  it('judges anew where the cache was damaged', async () => {
    const first = new Memory(new Store(dir));
    await reasonOf(first, counting(look), mapTree(FILES));
    await first.save();
    for (const name of await readdir(dir)) await writeFile(join(dir, name), '{"key":');
    expect(await reasonOf(new Memory(new Store(dir)), counting(look), mapTree(FILES))).toBe('saw 3');
  });
});
