import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import { applyOutcomes } from '../../src/apply/apply.js';
import { realDisk } from '../../src/apply/disk.js';
import { openCheckout } from '../../src/apply/tree-root.js';
import { judgeTree } from '../../src/judge/judge.js';
import { WorkTree } from '../../src/tree/work-tree.js';
import { cli } from '../support/cli.js';
import { gitIn, miniRepository, snapshot } from '../support/repository.js';

let tree: string;
let commit: string;

beforeEach(() => {
  ({ dir: tree, commit } = miniRepository());
});

const apply = (...more: string[]) =>
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
    ...more,
  );
const lock = (): string => join(tree, '.git/index.lock');

async function metFirst(run: () => ReturnType<typeof cli>): Promise<void> {
  writeFileSync(lock(), '');
  const before = snapshot(tree);
  const ran = await run();
  expect(ran).toMatchObject({ code: 5 });
  expect(ran.err).toContain(`it holds ${lock()}`);
  expect(ran.err).toMatch(/an editor, a git command/);
  expect(snapshot(tree)).toEqual(before);
  expect(readFileSync(lock(), 'utf8')).toBe('');
}

it.each([['--commit'], ['--no-commit']])(
  'apply (%s) meets a git that is at work before the first file changes, and names its file',
  (mode) => metFirst(() => apply(...(mode === '--commit' ? [] : [mode]))),
);

it('revert does so too', async () => {
  await apply();
  await metFirst(() => cli('revert', '--dir', tree));
});

it('a git that is done in a moment is waited for', async () => {
  writeFileSync(lock(), '');
  setTimeout(() => rmSync(lock(), { force: true }), 500);
  expect(await apply()).toMatchObject({ code: 0 });
  expect(existsSync(lock())).toBe(false);
});

/** Applies on a disk that dies at its first git command that matches, after some files were left there. */
async function killedAt(pattern: RegExp, leave: (head: string) => void): Promise<void> {
  const root = await openCheckout(tree);
  const fixes = CODEMODS.filter(({ id }) => id === 'vllm/mtp-exclusion');
  const build = { cuda: '13.0', arch: '12.1a' };
  const outcomes = await judgeTree(new WorkTree(tree), fixes, build);
  let dead = false;
  const alive =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      dead ? Promise.reject(new Error('killed')) : work(...args);
  const disk = {
    read: alive(realDisk.read),
    write: alive(realDisk.write),
    rename: alive(realDisk.rename),
    link: alive(realDisk.link),
    remove: alive(realDisk.remove),
    makeFolder: alive(realDisk.makeFolder),
    git: alive(async (...args: Parameters<typeof realDisk.git>) => {
      if (pattern.test(args[1].join(' '))) {
        dead = true;
        leave(args[1].at(-2)!);
        throw new Error('killed');
      }
      await realDisk.git(...args);
    }),
  };
  const applied = applyOutcomes({
    root,
    tree: new WorkTree(tree),
    target: { project: 'vllm', revision: 'mini', commit },
    build,
    outcomes,
    options: {},
    head: commit,
    earlier: undefined,
    tool: 'test',
    disk,
  });
  await expect(applied).rejects.toThrow();
}

it('a tree that was killed while we held git’s lock comes back with the next command', async () => {
  const before = snapshot(tree);
  await killedAt(/^update-index/, () => {});
  expect(readFileSync(lock(), 'utf8')).toMatch(/^dgx-patch /);
  expect(snapshot(tree)).not.toEqual(before);
  const ran = await cli('revert', '--dir', tree);
  expect(ran.err).toMatch(/an interrupted run was undone first/);
  expect(snapshot(tree)).toEqual(before);
  expect(existsSync(lock())).toBe(false);
  expect(gitIn(tree, 'status', '--porcelain')).toBe('');
});

it.each(['HEAD.lock', 'refs/heads/main.lock'])(
  'and so does one whose git was killed with us and left %s',
  async (name) => {
    const before = snapshot(tree);
    await killedAt(/^update-ref/, (to) => writeFileSync(join(tree, '.git', name), `${to}\n`));
    await cli('revert', '--dir', tree);
    expect(snapshot(tree)).toEqual(before);
    expect(gitIn(tree, 'rev-parse', 'HEAD')).toBe(commit);
    expect(existsSync(join(tree, '.git', name))).toBe(false);
  },
);

it('another’s lock on the branch stays, and is named', async () => {
  await killedAt(/^update-ref/, () =>
    writeFileSync(join(tree, '.git/refs/heads/main.lock'), '0123 is not ours\n'),
  );
  const ran = await cli('revert', '--dir', tree);
  expect(ran.err).toMatch(/refs\/heads\/main\.lock/);
  expect(existsSync(join(tree, '.git/refs/heads/main.lock'))).toBe(true);
  rmSync(join(tree, '.git/refs/heads/main.lock'));
  await cli('revert', '--dir', tree);
  expect(gitIn(tree, 'status', '--porcelain')).toBe('');
});

it('leaves no draft behind, and clears up those of killed runs', async () => {
  await apply();
  for (const name of ['commit-index', 'commit-index.lock', 'receipt.json.tmp', 'index-7', 'index-lock-7'])
    writeFileSync(join(tree, '.git/dgx-patch', name), '');
  await cli('revert', '--dir', tree);
  expect(readdirSync(join(tree, '.git/dgx-patch'))).toEqual(['backup']);
});

it('a run that was killed between git’s lock and its own journal leaves none behind', async () => {
  writeFileSync(lock(), 'dgx-patch 7\n');
  const ran = await cli('revert', '--dir', tree);
  expect(ran.err).toMatch(/nothing was applied/);
  expect(existsSync(lock())).toBe(false);
});
