import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitLines } from '../../src/patch/lines.js';
import { clusters, taking } from '../../src/patch/merge.js';
import { gitEnvironment } from '../../src/tree/git-environment.js';
import { gitIn } from '../support/repository.js';
import { tempFolder } from '../support/temp.js';

const lines = fc.array(fc.constantFrom<string>('a', 'b', 'c', 'd', 'e', '', '}'), { maxLength: 14 });

/** A text and two later versions of it, each with some lines replaced. */
const versions = lines.chain((base) => {
  const edited = fc
    .array(
      fc.tuple(
        fc.nat(base.length),
        fc.nat(2),
        fc.array(fc.constantFrom<string>('x', 'y', 'a', '}'), { maxLength: 2 }),
      ),
      {
        maxLength: 2,
      },
    )
    .map((edits) =>
      edits.reduce(
        (at, [from, count, put]) => [...at.slice(0, from), ...put, ...at.slice(from + count)],
        base,
      ),
    );
  return fc.tuple(fc.constant(base), edited, edited);
});

/** What git's own merge makes: its tree, and the files that conflict. */
function mergeTree(dir: string, ours: string, theirs: string): { tree: string; conflicted: Set<string> } {
  const args = ['-C', dir, 'merge-tree', '--write-tree', '--name-only', '-z', ours, theirs];
  const env = gitEnvironment(dir);
  let said: string;
  try {
    said = execFileSync('git', args, { env, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    said = (error as { stdout: string }).stdout;
  }
  const [tree, ...rest] = said.split('\0');
  return { tree: tree!, conflicted: new Set(rest.slice(0, rest.indexOf(''))) };
}

it('merges lines as git does, and conflicts where git does', () => {
  const cases = fc
    .sample(versions, { numRuns: 150, seed: 17 })
    .map((one) => one.map((text) => text.map((line) => `${line}\n`)));
  const framed = (at: number, text: readonly string[]): string[] => [
    `file ${at}\n`,
    '\n',
    '=\n',
    ...text,
    '=\n',
    '\n',
    'end\n',
  ];
  const dir = tempFolder();
  gitIn(dir, 'init', '--quiet');
  const commit = (side: number, ...parents: string[]): string => {
    for (const [at, one] of cases.entries())
      writeFileSync(join(dir, `file${at}`), framed(at, one[side]!).join(''));
    gitIn(dir, 'add', '.');
    const tree = gitIn(dir, 'write-tree');
    return gitIn(dir, 'commit-tree', tree, '-m', 'side', ...parents.flatMap((id) => ['-p', id]));
  };
  const base = commit(0);
  const { tree, conflicted } = mergeTree(dir, commit(1, base), commit(2, base));
  expect(conflicted.size).toBeGreaterThan(10);
  expect(conflicted.size).toBeLessThan(140);
  for (const [at, one] of cases.entries()) {
    const [b, o, t] = one.map((text) => framed(at, text)) as [string[], string[], string[]];
    const found = clusters(b, o, t);
    const conflict = found.some(({ kind }) => kind === 'conflict');
    expect({ at, conflict }).toEqual({ at, conflict: conflicted.has(`file${at}`) });
    if (!conflict)
      expect(taking(o, t, found)).toEqual(splitLines(`${gitIn(dir, 'show', `${tree}:file${at}`)}\n`));
  }
});
