import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import { applyOutcomes } from '../../src/apply/apply.js';
import { type Disk, realDisk } from '../../src/apply/disk.js';
import { readReceipt } from '../../src/apply/receipt.js';
import { recover } from '../../src/apply/recover.js';
import { revert } from '../../src/apply/revert.js';
import { openCheckout, type TreeRoot } from '../../src/apply/tree-root.js';
import type { Outcome } from '../../src/codemod/types.js';
import { judgeTree } from '../../src/judge/judge.js';
import { WorkTree } from '../../src/tree/work-tree.js';
import { gitIn, miniRepository, snapshot } from '../support/repository.js';
import { tempFolder } from '../support/temp.js';

// Some sixty kills, each with its recovery: minutes where the machine is busy.
vi.setConfig({ testTimeout: 600_000 });

const BUILD = { cuda: '13.0', arch: '12.1a' };
const FIXES = CODEMODS.filter(({ id }) => ['vllm/software-e2m1', 'vllm/mtp-exclusion'].includes(id));

/** A disk whose process is killed at the n-th change: that one and all later ones do not happen. */
function dyingDisk(lives: number): { disk: Disk; steps: () => number } {
  let steps = 0;
  const step = <A extends unknown[], R>(work: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      steps += 1;
      if (steps > lives) throw new Error('killed');
      return work(...args);
    };
  };
  const disk: Disk = {
    read: realDisk.read,
    write: step(realDisk.write),
    rename: step(realDisk.rename),
    link: step(realDisk.link),
    remove: step(realDisk.remove),
    makeFolder: step(realDisk.makeFolder),
    git: step(realDisk.git),
  };
  return { disk, steps: () => steps };
}

async function applied(
  root: TreeRoot,
  outcomes: readonly Outcome[],
  commit: boolean,
  disk: Disk,
): Promise<void> {
  const head = gitIn(root.dir, 'rev-parse', 'HEAD');
  await applyOutcomes({
    root,
    tree: new WorkTree(root.dir),
    target: { project: 'vllm', revision: 'mini', commit: head },
    build: BUILD,
    outcomes,
    options: {},
    head: commit ? head : undefined,
    earlier: undefined,
    tool: 'test',
    disk,
  });
}

interface Look {
  readonly files: Record<string, string>;
  /** HEAD, and what git says of the files. */
  readonly status: string;
}

const look = (dir: string): Look => ({
  files: snapshot(dir),
  status: gitIn(dir, 'status', '--porcelain=v2', '--branch'),
});

it.each([true, false])(
  'a kill at any step of apply leaves a tree that the next command brings back (commit: %s)',
  async (commit) => {
    const { dir } = miniRepository();
    const root = await openCheckout(dir);
    const outcomes = await judgeTree(new WorkTree(dir), FIXES, BUILD);
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(['needed', 'needed']);
    const before = look(dir);
    const whole = dyingDisk(Number.POSITIVE_INFINITY);
    await applied(root, outcomes, commit, whole.disk);
    const after = look(dir);
    expect(after.files).not.toEqual(before.files);
    await revert(root);
    expect(look(dir)).toEqual(before);

    for (let lives = 0; lives < whole.steps(); lives += 1) {
      await expect(applied(root, outcomes, commit, dyingDisk(lives).disk)).rejects.toThrow();
      await recover(root);
      const now = look(dir);
      const finished = (await readReceipt(root)) !== undefined;
      expect(now, `killed after ${lives} steps`).toEqual(finished ? after : before);
      if (finished) await revert(root);
      expect(look(dir)).toEqual(before);
    }
  },
);

it('a kill at any step of revert leaves a tree that the next command brings back', async () => {
  const { dir } = miniRepository();
  const root = await openCheckout(dir);
  const outcomes = await judgeTree(new WorkTree(dir), FIXES, BUILD);
  const before = look(dir);
  await applied(root, outcomes, true, realDisk);
  const after = look(dir);
  const patched = join(tempFolder(), 'patched');
  cpSync(dir, patched, { recursive: true });
  const whole = dyingDisk(Number.POSITIVE_INFINITY);
  await revert(root, whole.disk);
  expect(look(dir)).toEqual(before);

  for (let lives = 0; lives < whole.steps(); lives += 1) {
    rmSync(dir, { recursive: true });
    cpSync(patched, dir, { recursive: true });
    await expect(revert(root, dyingDisk(lives).disk)).rejects.toThrow();
    await recover(root);
    const finished = (await readReceipt(root)) === undefined;
    expect(look(dir), `killed after ${lives} steps`).toEqual(finished ? before : after);
    if (!finished) await revert(root);
  }
});

it('a file that somebody changed while the run was interrupted is not overwritten', async () => {
  const { dir } = miniRepository();
  const root = await openCheckout(dir);
  const outcomes = await judgeTree(new WorkTree(dir), FIXES, BUILD);
  const path = outcomes[0]!.edits[0]!.path;
  const original = await realDisk.read(join(dir, path));
  for (let lives = 0; (await realDisk.read(join(dir, path))) === original; lives += 1) {
    await recover(root);
    await expect(applied(root, outcomes, true, dyingDisk(lives).disk)).rejects.toThrow();
  }
  await realDisk.write(join(dir, path), '// mine now\n', 0o644);
  await expect(recover(root)).rejects.toThrow(/was changed while dgx-patch was interrupted/);
  expect(await realDisk.read(join(dir, path))).toBe('// mine now\n');
});

it('a read-only folder is found out before the first file changes', async () => {
  const { dir } = miniRepository();
  const root = await openCheckout(dir);
  const outcomes = await judgeTree(new WorkTree(dir), FIXES, BUILD);
  const before = look(dir);
  const readOnly: Disk = {
    ...realDisk,
    write: (path, text, mode) =>
      path.includes('/csrc/')
        ? Promise.reject(new Error('EROFS: read-only file system'))
        : realDisk.write(path, text, mode),
  };
  await expect(applied(root, outcomes, true, readOnly)).rejects.toMatchObject({
    kind: 'tree',
    message: expect.stringContaining('EROFS'),
    next: expect.stringContaining('nothing was changed'),
  });
  expect(look(dir)).toEqual(before);
});
