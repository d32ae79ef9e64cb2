import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFixes, readOwnFixes } from '../../src/fixes/fix-set.js';
import { judgeTree } from '../../src/judge/judge.js';
import { mapTree } from '../support/map-tree.js';
import { BUILD } from '../support/memory.js';
import { tempFolder } from '../support/temp.js';

const META = `id: 'acme/vllm-words', project: 'vllm', title: 'A word', why: 'a test', references: [], retire: 'never'`;
const JUDGE = `async judge({ tree }) {
    const text = (await tree.read('a.py'))?.text ?? '';
    const offset = text.indexOf('old');
    const sites = offset < 0 ? [] : [{ file: { path: 'a.py', text }, offset, state: 'wrong', what: 'old' }];
    const there = text.indexOf('new');
    if (there >= 0) sites.push({ file: { path: 'a.py', text }, offset: there, state: 'ours', what: 'new' });
    return { sites, absent: 'no word', reason: { wrong: 'an old word', right: 'a new word' } };
  },
  rewrite: (sites) => sites.map(({ file, offset }) => ({ path: file.path, start: offset, end: offset + 3, text: 'new' })),`;

/** A folder of fixes with one in code. */
function fixes(code: string, name = 'codemod.ts', project = 'vllm'): string {
  const dir = tempFolder();
  const place = join(dir, project, 'words');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, name), code);
  return dir;
}

const readFrom = (...given: string[]) =>
  readOwnFixes({ given, pins: 'upstream-pins.json', named: undefined });

describe('a fix in code', () => {
  it.each([
    [
      'a function that is given the kit, in TypeScript',
      `export default (dgx: any) => dgx.defineCodemod({ ${META}, ${JUDGE} });`,
      'codemod.ts',
    ],
    [
      'a fix that imports the package',
      `import { defineCodemod } from 'dgx-patch/api';\nexport default defineCodemod({ ${META}, ${JUDGE} });`,
      'codemod.ts',
    ],
    ['plain JavaScript', `export default { ${META}, ${JUDGE} };`, 'codemod.mjs'],
    ['an async function', `export default async ({ mark }) => ({ ${META}, ${JUDGE} });`, 'codemod.js'],
  ])('is %s', async (_name, code, file) => {
    const [own] = await readFrom(fixes(code, file));
    const [outcome] = await judgeTree(mapTree({ 'a.py': 'x = old\n' }), [own!.codemod], BUILD);
    expect(outcome).toMatchObject({ verdict: 'needed', edits: [{ text: 'new' }] });
  });

  it('has a digest that follows its bytes, and those of what lies beside it', async () => {
    const meta = META.replace("title: 'A word'", 'title: word');
    const code = `import { word } from './word.ts';\nexport default (dgx) => dgx.defineCodemod({ ${meta}, ${JUDGE} });`;
    const dir = fixes(code);
    const write = (word: string) =>
      writeFileSync(join(dir, 'vllm/words/word.ts'), `export const word: string = 'A ${word}';\n`);
    write('first');
    const [first] = await readFrom(dir);
    write('second');
    const [second] = await readFrom(dir);
    expect([first!.codemod.title, second!.codemod.title]).toEqual(['A first', 'A second']);
    expect(first!.codemod.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(second!.codemod.digest).not.toBe(first!.codemod.digest);
  });

  it.each([
    ['throws', `throw new Error('no');`, /it stopped at no/],
    ['does not parse', 'export default {', /it stopped at/],
    ['has no default export', 'export const a = 1;', /its default export is no fix/],
    [
      'is in a project’s name space',
      `export default { ${META.replace('acme', 'vllm')}, ${JUDGE} };`,
      /name space/,
    ],
    [
      'has no name space',
      `export default { ${META.replace('acme/', '')}, ${JUDGE} };`,
      /its id "vllm-words"/,
    ],
    [
      'is for another project',
      `export default { ${META.replace("project: 'vllm'", "project: 'cutlass'")}, ${JUDGE} };`,
      /it is for "cutlass"/,
    ],
  ])('that %s is said to, with what to do', async (_name, code, message) => {
    await expect(readFrom(fixes(code))).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
      next: expect.any(String),
    });
  });

  it('may not have the id of another', async () => {
    const code = `export default { ${META}, ${JUDGE} };`;
    await expect(readFrom(fixes(code), fixes(code))).rejects.toThrow(/there are two fixes acme\/vllm-words/);
  });
});

describe('folders of own fixes', () => {
  it('are those of the pins file, relative to it, then those that were given, each once', async () => {
    const dir = fixes(`export default { ${META}, ${JUDGE} };`);
    const all = await readFixes({ given: [dir], pins: join(dir, 'pins.json'), named: ['.'] });
    expect(all.filter(({ id }) => id === 'acme/vllm-words')).toHaveLength(1);
    expect(all.at(-1)!.id).toBe('acme/vllm-words');
  });

  it('must be there; what is no fix in them is left alone', async () => {
    await expect(readFrom(join(tempFolder(), 'nowhere'))).rejects.toThrow(/cannot be read/);
    const dir = tempFolder();
    mkdirSync(join(dir, 'vllm/notes'), { recursive: true });
    mkdirSync(join(dir, 'other'));
    writeFileSync(join(dir, 'vllm/notes/README.md'), 'notes');
    writeFileSync(join(dir, 'README.md'), 'notes');
    expect(await readFrom(dir)).toEqual([]);
  });
});
