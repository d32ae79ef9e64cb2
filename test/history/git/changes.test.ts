import { describe, expect, it } from 'vitest';
import { type Step, stepsOf } from '../../../src/history/changes.js';
import { differences } from '../../../src/tree/folders.js';
import { GitTree } from '../../../src/tree/git-tree.js';
import { ObjectReader } from '../../../src/tree/object-reader.js';
import { Commits } from '../../support/commits.js';

function world() {
  const commits = new Commits();
  commits.add('One', { 'a/x': '1', 'a/y': '2', b: '3' });
  commits.add('Moved\tand changed', { 'c/d/x': '1', 'a/y': '22', b: '3' });
  const side = commits.add('Aside', { 'a/x': '1', b: '3', 'ü/ß': 'n' }, [1]);
  commits.add('Merged', { 'c/d/x': '1', b: '3', 'ü/ß': 'n' }, [2, side]);
  commits.add('A file that was a folder', { c: '1', b: '3', 'ü/ß': 'n' });
  return { dir: commits.dir, ids: commits.write() };
}

async function stepsIn({ dir, ids }: ReturnType<typeof world>): Promise<Step[]> {
  const steps: Step[] = [];
  for await (const step of stepsOf({ dir, start: ids.get(1)!, to: ids.get(5)! })) steps.push(step);
  return steps;
}

describe('stepsOf', () => {
  it('gives the commits of a line with their changes, a merge as one step', async () => {
    const made = world();
    const steps = await stepsIn(made);
    expect(steps.map(({ commit }) => commit)).toEqual([2, 4, 5].map((number) => made.ids.get(number)));
    expect(steps.map(({ subject }) => subject)).toEqual([
      'Moved\tand changed',
      'Merged',
      'A file that was a folder',
    ]);
    expect(steps.map(({ changes }) => changes.map(({ path }) => path))).toEqual([
      ['a/x', 'a/y', 'c/d/x'],
      ['a/y', 'ü/ß'],
      ['c', 'c/d/x'],
    ]);
    expect(steps[0]!.changes.map(({ before, after }) => [!before, !after])).toEqual([
      [false, true],
      [false, false],
      [true, false],
    ]);
  });

  it('fails with words of git where a commit is not there', async () => {
    const { dir } = world();
    const line = { dir, start: '0'.repeat(40), to: 'main' };
    await expect(stepsOf(line).next()).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('differences', () => {
  it('says of two trees what a walk between them says', async () => {
    const made = world();
    const reader = new ObjectReader(made.dir);
    const [first, last] = [made.ids.get(1)!, made.ids.get(5)!];
    const found = await differences(reader, first, last);
    const [before, after] = await Promise.all(
      [first, last].map((commit) => new GitTree(made.dir, commit, reader).entries()),
    );
    const files = new Map(before);
    for (const { path, before: was, after: is } of found) {
      expect(files.get(path)).toEqual(was);
      if (is) files.set(path, is);
      else files.delete(path);
    }
    expect(new Map([...files].sort())).toEqual(new Map([...after!].sort()));
    expect(await differences(reader, last, last)).toEqual([]);
    reader.close();
  });
});
