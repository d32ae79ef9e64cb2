import { afterAll, describe, expect, it } from 'vitest';
import { type Change, type FileChange, onTree } from '../../src/patch/on-tree.js';
import { Documents } from '../../src/syntax/parser.js';
import { mapTree } from '../support/map-tree.js';

const documents = new Documents();
afterAll(() => documents.dispose());

const on = (files: readonly FileChange[], tree: Record<string, string>, known: readonly string[] = []) => {
  const change: Change = { files, known: new Set(known) };
  return onTree(change, mapTree(tree), (file, language) => documents.parse(file, language));
};

const lines = (...words: string[]): string => words.map((word) => `${word} = 1\n`).join('');
const BEFORE = lines('a', 'b', 'c', 'd', 'e');
const AFTER = BEFORE.replace('c = 1', 'c = 2');

describe('a patch on a tree', () => {
  it('is to be made, or made', async () => {
    const file = { path: 'pkg/x.py', before: BEFORE, after: AFTER };
    expect(await on([file], { 'pkg/x.py': BEFORE })).toMatchObject([
      { state: 'wrong', after: AFTER, before: BEFORE },
    ]);
    expect(await on([file], { 'pkg/x.py': AFTER })).toMatchObject([{ state: 'right', after: undefined }]);
  });

  it('makes new files, and does not write over others', async () => {
    const file = { path: 'pkg/new.py', before: undefined, after: AFTER };
    expect(await on([file], {})).toMatchObject([{ state: 'wrong', before: undefined, after: AFTER }]);
    expect(await on([file], { 'pkg/new.py': AFTER })).toMatchObject([{ state: 'right' }]);
    expect(await on([file], { 'pkg/new.py': BEFORE })).toMatchObject([{ state: 'unknown' }]);
  });

  it('leaves a file that is to go, and says so', async () => {
    const file = { path: 'pkg/old.py', before: BEFORE, after: undefined };
    expect(await on([file], {})).toMatchObject([{ state: 'right' }]);
    expect(await on([file], { 'pkg/old.py': BEFORE })).toMatchObject([
      { state: 'left', note: 'the patch removes it; it stays' },
    ]);
  });

  it('says that a tree has no such file', async () => {
    const file = { path: 'pkg/x.py', before: BEFORE, after: AFTER };
    expect(await on([file], { 'pkg/y.py': lines('q', 'r') })).toMatchObject([{ state: 'absent' }]);
  });

  it('leaves out tests, docs and CI files that conflict, and makes those that do not', async () => {
    const conflicting = BEFORE.replace('c = 1', 'c = 3');
    const files = ['tests/test_x.py', 'docs/x.md', '.github/x.yml', 'pkg/x.py'].map((path) => ({
      path,
      before: BEFORE,
      after: AFTER,
    }));
    const found = await on(files, {
      'tests/test_x.py': conflicting,
      'docs/x.md': BEFORE,
      'pkg/x.py': BEFORE,
    });
    expect(found.map(({ path, state }) => [path, state])).toEqual([
      ['tests/test_x.py', 'left'],
      ['docs/x.md', 'wrong'],
      ['.github/x.yml', 'left'],
      ['pkg/x.py', 'wrong'],
    ]);
    expect(found[0]!.note).toMatch(/both changed.*\(tests\)$/);
    expect(found[2]!.note).toBe('the tree has no such file (ci)');
  });

  it('does not do what it cannot do whole', async () => {
    const foreign = { path: 'pkg/x.bin', before: undefined, after: undefined, foreign: 'binary bytes' };
    expect(await on([foreign], {})).toMatchObject([{ state: 'unknown', note: 'it is binary bytes' }]);
    const renamed = { path: 'pkg/to.py', from: 'pkg/x.py', before: BEFORE, after: AFTER };
    expect(await on([renamed], { 'pkg/x.py': BEFORE })).toMatchObject([{ state: 'unknown' }]);
    expect(await on([renamed], { 'pkg/to.py': BEFORE })).toMatchObject([{ state: 'wrong', after: AFTER }]);
  });
});

describe('a file that has moved', () => {
  const file = { path: 'pkg/layers/x.py', before: BEFORE, after: AFTER };

  it('is followed into another folder, or one of its name', async () => {
    for (const path of ['pkg/layers/deep/x.py', 'pkg/x.py', 'pkg/layers/x/core.py']) {
      expect(await on([file], { [path]: BEFORE })).toMatchObject([
        { state: 'wrong', path, movedFrom: 'pkg/layers/x.py', after: AFTER },
      ]);
    }
  });

  it('is not one that says something else, nor one that the base has too', async () => {
    expect(await on([file], { 'other/x.py': lines('q', 'r', 's') })).toMatchObject([{ state: 'absent' }]);
    expect(await on([file], { 'other/x.py': BEFORE }, ['other/x.py'])).toMatchObject([{ state: 'absent' }]);
  });

  it('is not guessed between two', async () => {
    expect(await on([file], { 'one/x.py': BEFORE, 'two/x.py': BEFORE })).toMatchObject([{ state: 'absent' }]);
  });
});
