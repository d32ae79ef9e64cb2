import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Codemod, JudgeContext } from '../../src/codemod/types.js';
import { Memory } from '../../src/history/memory.js';
import { Store } from '../../src/history/store.js';
import { locate, matching, search } from '../../src/source/locate.js';
import type { SourceTree } from '../../src/source/tree.js';
import { OverlayTree } from '../../src/tree/overlay-tree.js';
import { type Files, FilesScene } from '../support/scene.js';

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
const inMemory = () => new Memory(new Store(undefined));

async function reasonOf(memory: Memory, codemod: Codemod, tree: SourceTree, options = {}): Promise<string> {
  return (await memory.propose(codemod, contextOf(tree, options))).reason;
}

const looksAround = async (context: JudgeContext): Promise<number> => {
  const known = await locate(context, { known: ['setup.py'], holds: /./ });
  return known.length + (await search(context, /^csrc\//, /o/)).length;
};

const CASES: readonly (readonly [string, Files, number])[] = [
  ['a file that was not read changes', { ...FILES, 'docs/x.md': 'other' }, 1],
  ['a file that was not listed appears', { ...FILES, 'docs/y.md': '' }, 1],
  ['a file that was found changes', { ...FILES, 'csrc/b.cu': 'two two' }, 2],
  ['a file that was found goes', { 'csrc/a.cu': 'one', 'docs/x.md': 'three' }, 2],
  ['a file that was found holds it no more', { ...FILES, 'csrc/b.cu': 'three' }, 2],
  ['a file appears that holds what was searched', { ...FILES, 'csrc/c.cu': 'o' }, 2],
  ['a file appears that does not hold it', { ...FILES, 'csrc/c.cu': 'x' }, 1],
  ['a file appears where one was looked for', { ...FILES, 'setup.py': 'x' }, 2],
];

describe('Memory', () => {
  it.each(CASES)('when %s', async (_, changed, asked) => {
    const codemod = counting(looksAround);
    const memory = inMemory();
    const files = new FilesScene(FILES);
    memory.begin();
    await reasonOf(memory, codemod, files.scene);
    files.go(changed);
    expect(await memory.holds()).toBe(asked === 1);
    await reasonOf(memory, codemod, files.scene);
    expect(codemod.asked).toBe(asked);
  });

  it('knows again what it knew before a change was taken back', async () => {
    const codemod = counting(looksAround);
    const memory = inMemory();
    const files = new FilesScene(FILES);
    for (const now of [FILES, { ...FILES, 'csrc/b.cu': 'three' }, FILES, {}, FILES])
      await reasonOf(memory, codemod, files.go(now));
    expect(codemod.asked).toBe(3);
  });

  it('names the paths on account of which it does not hold', async () => {
    const codemod = counting(looksAround);
    const memory = inMemory();
    const files = new FilesScene(FILES);
    memory.begin();
    await reasonOf(memory, codemod, files.scene);
    files.go({ ...FILES, 'csrc/b.cu': 'two two', 'csrc/c.cu': 'x', 'docs/x.md': '' });
    const changes = ['csrc/b.cu', 'csrc/c.cu', 'docs/x.md'].map((path) => ({ path }));
    expect((await memory.because([codemod], changes)).get(codemod.id)).toEqual(['csrc/b.cu']);
  });

  it('takes a tree with edits for what its bytes are, and only where the judge looks', async () => {
    const codemod = counting(async (context) => (await context.tree.read('csrc/a.cu'))!.text.length);
    const memory = inMemory();
    const { scene } = new FilesScene(FILES);
    const edit = { path: 'csrc/a.cu', start: 3, end: 3, text: ' more' };
    const other = { path: 'csrc/b.cu', start: 0, end: 0, text: 'x' };
    expect(await reasonOf(memory, codemod, scene)).toBe('saw 3');
    expect(await reasonOf(memory, codemod, new OverlayTree(scene, [edit]))).toBe('saw 8');
    expect(codemod.asked).toBe(2);
    expect(await reasonOf(memory, codemod, new OverlayTree(scene, [edit, other]))).toBe('saw 8');
    expect(await reasonOf(memory, codemod, new OverlayTree(scene, [other]))).toBe('saw 3');
    expect(codemod.asked).toBe(2);
  });

  it('sees a file that an edit makes hold what was searched', async () => {
    const codemod = counting(async (context) => (await search(context, /^csrc\//, /one/)).length);
    const memory = inMemory();
    const { scene } = new FilesScene(FILES);
    const edits = (text: string) => [{ path: 'csrc/b.cu', start: 0, end: 0, text }];
    expect(await reasonOf(memory, codemod, new OverlayTree(scene, edits('none')))).toBe('saw 2');
    expect(await reasonOf(memory, codemod, new OverlayTree(scene, edits('x')))).toBe('saw 1');
    expect(await reasonOf(memory, codemod, scene)).toBe('saw 1');
    expect(codemod.asked).toBe(2);
  });

  it('sees a file that an edit creates', async () => {
    const codemod = counting(async (context) => (await matching(context.tree, /^csrc\//)).length);
    const memory = inMemory();
    const { scene } = new FilesScene(FILES);
    const create = { path: 'csrc/new.cu', start: 0, end: 0, text: 'new', create: true };
    expect(await reasonOf(memory, codemod, scene)).toBe('saw 2');
    expect(await reasonOf(memory, codemod, new OverlayTree(scene, [create]))).toBe('saw 3');
  });

  it('depends on every file of a tree whose paths are all asked for', async () => {
    const codemod = counting(async (context) => (await context.tree.paths()).length);
    const memory = inMemory();
    const files = new FilesScene(FILES);
    await reasonOf(memory, codemod, files.scene);
    expect(await reasonOf(memory, codemod, files.go({ ...FILES, 'docs/y.md': '' }))).toBe('saw 4');
  });

  it('depends on the CMake files where the build is evaluated', async () => {
    const codemod = counting(async (context) => (await context.evaluateCMake(BUILD)).errors.length);
    const memory = inMemory();
    const files = new FilesScene(FILES);
    for (const text of ['a()', 'a()', 'b()']) {
      await reasonOf(memory, codemod, files.go({ ...FILES, 'cmake/utils.cmake': text }));
    }
    expect(codemod.asked).toBe(2);
  });

  it('keeps options apart', async () => {
    const codemod = counting(async (context) => Number(context.options.n));
    const memory = inMemory();
    const { scene } = new FilesScene(FILES);
    expect(await reasonOf(memory, codemod, scene, { n: '1' })).toBe('saw 1');
    expect(await reasonOf(memory, codemod, scene, { n: '2' })).toBe('saw 2');
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

  /** What a process of its own says, and how often it judged. */
  async function run(files: Files = FILES): Promise<[string, number]> {
    const store = new Store(dir);
    const codemod = counting(look);
    const reason = await reasonOf(new Memory(store), codemod, new FilesScene(files).scene);
    await store.save();
    return [reason, codemod.asked];
  }

  it('is there for the next run, and only grows', async () => {
    expect(await run()).toEqual(['saw 3', 1]);
    const [name] = await readdir(dir);
    const before = await readFile(join(dir, name!), 'utf8');
    expect(await run()).toEqual(['saw 3', 0]);
    expect(await run({ ...FILES, 'csrc/a.cu': 'longer' })).toEqual(['saw 6', 1]);
    expect((await readFile(join(dir, name!), 'utf8')).startsWith(before)).toBe(true);
    expect(await run({ ...FILES, 'csrc/a.cu': 'longer' })).toEqual(['saw 6', 0]);
  });

  it.each([
    ['was cut off', (text: string) => text.slice(0, -20)],
    ['was changed', (text: string) => text.replace('saw 3', 'saw 4')],
    ['is no cache at all', () => '{"key":'],
    ['has a value of another kind', (text: string) => text.replaceAll('"verdict"', '"opinion"')],
  ])('judges anew where the file %s', async (_, damage) => {
    await run();
    const [name] = await readdir(dir);
    await writeFile(join(dir, name!), damage(await readFile(join(dir, name!), 'utf8')));
    expect(await run()).toEqual(['saw 3', 1]);
    expect(await run()).toEqual(['saw 3', 0]);
  });

  it('works where nothing can be written', async () => {
    await appendFile(join(dir, 'file'), '');
    const store = new Store(join(dir, 'file'));
    expect(await reasonOf(new Memory(store), counting(look), new FilesScene(FILES).scene)).toBe('saw 3');
    await store.save();
  });
});
