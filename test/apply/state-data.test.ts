import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { recover } from '../../src/apply/recover.js';
import { revert as revertTree } from '../../src/apply/revert.js';
import { openFolder } from '../../src/apply/tree-root.js';
import { cli, type Ran } from '../support/cli.js';
import { gitIn, miniRepository, snapshot } from '../support/repository.js';
import { tempFolder } from '../support/temp.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let tree: string;
let commit: string;
let victim: string;

beforeEach(() => {
  ({ dir: tree, commit } = miniRepository());
  victim = join(tempFolder(), 'victim');
  writeFileSync(victim, 'precious');
});

const state = (...parts: string[]): string => join(tree, '.git/dgx-patch', ...parts);

function write(name: string, text: string): void {
  mkdirSync(dirname(state(name)), { recursive: true });
  writeFileSync(state(name), text);
}

const apply = (): Promise<Ran> =>
  cli(
    'apply',
    '--target',
    'vllm@mini',
    '--mirror',
    `vllm=${tree}`,
    '--dir',
    tree,
    '--only',
    'vllm/mtp-exclusion',
  );

/** The command ends with 5, in words, and nothing is touched: neither the tree nor what lies outside. */
async function refused(words: RegExp, run: () => Promise<Ran>): Promise<void> {
  const before = snapshot(tree);
  const head = gitIn(tree, 'rev-parse', 'HEAD');
  const config = readFileSync(join(tree, '.git/config'), 'utf8');
  const ran = await run();
  expect(ran.err).toMatch(words);
  expect(ran.err).toMatch(/next:/);
  expect(ran.code).toBe(5);
  expect(snapshot(tree)).toEqual(before);
  expect(gitIn(tree, 'rev-parse', 'HEAD')).toBe(head);
  expect(readFileSync(join(tree, '.git/config'), 'utf8')).toBe(config);
  expect(readFileSync(victim, 'utf8')).toBe('precious');
}

const revert = (): Promise<Ran> => cli('revert', '--dir', tree);

function journal(change: object, file: object = {}): string {
  return JSON.stringify({
    formatVersion: 1,
    id: randomUUID(),
    files: [{ path: 'README.md', before: null, after: sha256('precious'), mode: 0o644, ...file }],
    receiptBefore: null,
    ...change,
  });
}

describe('a journal that somebody made', () => {
  const up = (): string => `${'../'.repeat(12)}${victim.slice(1)}`;

  it.each([
    ['a path that goes up', () => journal({}, { path: up() })],
    ['an absolute path', () => journal({}, { path: victim })],
    ['a path into git’s folder', () => journal({}, { path: '.git/config' })],
    ['git’s folder as another file system spells it', () => journal({}, { path: 'GIT~1/config' })],
    ['a format of the future', () => journal({ formatVersion: 2 })],
    ['keys that are not known', () => journal({ more: 1 })],
    ['a commit that is an option', () => journal({ head: { from: '--help', to: commit } })],
    ['no JSON', () => '{'],
    ['an array', () => '[]'],
    ['nothing', () => ''],
  ])('with %s is not believed', async (_, make) => {
    write('journal.json', make());
    await refused(/the journal .* is not one that this version reads/, revert);
    await refused(/the journal .* is not one that this version reads/, apply);
  });

  it('with a commit that HEAD never was at is not followed', async () => {
    write('journal.json', journal({ files: [], head: { from: '0'.repeat(40), to: '1'.repeat(40) } }));
    await refused(/HEAD of .* was moved/, revert);
  });

  it('that leads through a link is not followed', async () => {
    symlinkSync(dirname(victim), join(tree, 'out'));
    write('journal.json', journal({}, { path: 'out/victim' }));
    await refused(/out\/victim leaves the tree through a symbolic link/, revert);
  });

  it('gives permissions alone, and no set-user-id', async () => {
    const text = readFileSync(join(tree, 'README.md'), 'latin1');
    write(`backup/${sha256(text)}`, text);
    writeFileSync(join(tree, 'README.md'), 'precious');
    write('journal.json', journal({}, { before: sha256(text), mode: 0o104755 }));
    await revert();
    expect(readFileSync(join(tree, 'README.md'), 'latin1')).toBe(text);
    expect(gitIn(tree, 'ls-files', '-s', 'README.md')).not.toBe('');
    const { statSync } = await import('node:fs');
    expect(statSync(join(tree, 'README.md')).mode & 0o7777).toBe(0o755);
  });

  it('with a backup of other bytes changes nothing', async () => {
    write(`backup/${sha256('x')}`, 'not x');
    writeFileSync(join(tree, 'README.md'), 'precious');
    write('journal.json', journal({}, { before: sha256('x') }));
    await refused(/the backup of README.md is not there any more, or not what it was/, revert);
  });
});

describe('a receipt that somebody changed', () => {
  async function changed(change: (receipt: Record<string, unknown>) => void): Promise<void> {
    expect(await apply()).toMatchObject({ code: 0 });
    const receipt = JSON.parse(readFileSync(state('receipt.json'), 'utf8'));
    change(receipt);
    writeFileSync(state('receipt.json'), JSON.stringify(receipt));
  }

  it.each([
    ['.git/config', 'is not one that this version reads'],
    ['../victim', 'is not one that this version reads'],
    ['/etc/hostname', 'is not one that this version reads'],
  ])('to take %s back', async (path, words) => {
    const after = sha256(readFileSync(join(tree, '.git/config'), 'latin1'));
    await changed((receipt) => {
      receipt.files = [{ path, before: null, after }];
    });
    await refused(new RegExp(words), revert);
  });

  it.each([
    ['HEAD', /is not one that this version reads/],
    ['--help', /is not one that this version reads/],
    ['0'.repeat(40), /does not fit its commits/],
  ])('to go back to %s', async (base, words) => {
    await changed((receipt) => {
      receipt.base = base;
    });
    await refused(words, revert);
  });

  it('to go back to bytes that the commit has not', async () => {
    await changed((receipt) => {
      const [file] = receipt.files as { before: string }[];
      file!.before = sha256('precious');
    });
    write(`backup/${sha256('precious')}`, 'precious');
    await refused(/does not fit its commits/, revert);
  });
});

describe('a state folder that leads elsewhere', () => {
  it.each(['dgx-patch', 'dgx-patch/backup'])('.git/%s is refused', async (name) => {
    mkdirSync(dirname(join(tree, '.git', name)), { recursive: true });
    symlinkSync(dirname(victim), join(tree, '.git', name));
    await refused(/is no folder/, apply);
    expect(existsSync(join(dirname(victim), 'lock'))).toBe(false);
  });

  it('a draft that is a link is replaced and not written through', async () => {
    mkdirSync(state('backup'), { recursive: true });
    for (const name of ['journal.json.tmp', 'receipt.json.tmp']) symlinkSync(victim, state(name));
    expect(await apply()).toMatchObject({ code: 0 });
    expect(readFileSync(victim, 'utf8')).toBe('precious');
  });

  it('a receipt that is a link is not read', async () => {
    mkdirSync(state());
    symlinkSync(victim, state('receipt.json'));
    await refused(/receipt.json is no regular file/, revert);
  });
});

/** Applies with a git that does `script` before, or instead; `$REAL` is the real one. */
async function refusedWith(script: string, words: RegExp): Promise<void> {
  const bin = tempFolder();
  const real = process.env
    .PATH!.split(':')
    .map((dir) => join(dir, 'git'))
    .find((path) => existsSync(path))!;
  writeFileSync(join(bin, 'git'), `#!/bin/sh\nREAL=${real}\n${script}\nexec $REAL "$@"\n`);
  chmodSync(join(bin, 'git'), 0o755);
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
  try {
    await refused(words, apply);
  } finally {
    vi.unstubAllEnvs();
  }
  expect(gitIn(tree, 'status', '--porcelain')).toBe('');
}

it('a commit that holds something else than the edits is not used: the tree stays as it is', async () => {
  // A git that makes the files executable.
  const other = `case "$*" in *fast-import*) sed 's/^M 100644 inline/M 100755 inline/' | $REAL "$@"; exit;; esac`;
  await refusedWith(other, /the commit that git made is not the fix's edits/);
});

it('an index that another process removed is not used: the tree stays as it is', async () => {
  const other =
    'case "$*" in *update-index*--index-info*) [ "$GIT_INDEX_FILE" ] && rm -f "$GIT_INDEX_FILE";; esac';
  await refusedWith(other, /the index that git made is not that of the commit/);
});

it('an installed package that somebody prepared is no way out of its folder either', async () => {
  const dir = join(tempFolder(), 'flashinfer');
  mkdirSync(join(dir, '.dgx-patch'), { recursive: true });
  const root = await openFolder(dir);
  for (const path of [`${'../'.repeat(12)}${victim.slice(1)}`, victim, '.dgx-patch/receipt.json']) {
    writeFileSync(join(dir, '.dgx-patch/journal.json'), journal({}, { path }));
    await expect(recover(root)).rejects.toMatchObject({ kind: 'tree' });
    await expect(revertTree(root)).rejects.toMatchObject({ kind: 'tree' });
  }
  expect(readFileSync(victim, 'utf8')).toBe('precious');
});
