import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { importCommits } from '../../src/apply/import.js';
import { openCheckout } from '../../src/apply/tree-root.js';
import { gitIn } from '../support/git.js';
import { tempFolder } from '../support/temp.js';

/** A repository of files that hold their own names. */
function repository(...names: readonly string[]): { dir: string; head: string } {
  const dir = tempFolder();
  gitIn(dir, 'init', '--quiet', '--initial-branch=main');
  for (const name of names) writeFileSync(join(dir, name), name);
  gitIn(dir, 'add', '--all');
  gitIn(dir, 'commit', '--quiet', '--message', 'base');
  return { dir, head: gitIn(dir, 'rev-parse', 'HEAD') };
}

const file = (text: string) => ({ mode: '100644', text });

it('makes commits on each other, with names of any characters, and leaves no ref', async () => {
  const odd = ['a b', 'quote"', 'back\\slash', 'line\nbreak', 'ü'];
  const { dir, head } = repository('kept', ...odd);
  const files = new Map(odd.map((name) => [name, file('\xff new')]));
  const removed = new Map([['quote"', undefined]]);
  const drafts = [
    { message: 'one\n', files },
    { message: 'two\n', files: removed },
  ];
  const commits = await importCommits(await openCheckout(dir), head, '7 +0000', drafts);
  expect(commits).toHaveLength(2);
  const [one, two] = commits as [string, string];
  expect(gitIn(dir, 'rev-list', two)).toBe([two, one, head].join('\n'));
  const changed = (from: string, to: string): string[] =>
    gitIn(dir, 'diff-tree', '-r', '-z', '--name-status', from, to).split('\0').filter(Boolean);
  expect(
    changed(head, one)
      .filter((word) => word !== 'M')
      .sort(),
  ).toEqual([...odd].sort());
  expect(changed(one, two)).toEqual(['D', 'quote"']);
  expect(gitIn(dir, 'show', '-s', '--format=%an <%ae> %ad', '--date=raw', one)).toBe(
    'dgx-patch <dgx-patch@users.noreply.github.com> 7 +0000',
  );
  expect(gitIn(dir, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
});

it('takes a name for that name alone, whatever the repository says of upper and lower case', async () => {
  const { dir, head } = repository('Name', 'name');
  gitIn(dir, 'config', 'core.ignoreCase', 'true');
  const draft = { message: 'one\n', files: new Map([['name', file('new')]]) };
  const [commit] = await importCommits(await openCheckout(dir), head, '7 +0000', [draft]);
  expect(gitIn(dir, 'diff-tree', '-r', '--name-only', head, commit!)).toBe('name');
});
