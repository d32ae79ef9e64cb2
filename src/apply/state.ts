import { Failure } from '../failure.js';
import { withoutFilters } from '../tree/filters.js';
import { git, gitText } from '../tree/git.js';
import { realDisk } from './disk.js';
import { sha256 } from './journal.js';
import { type Receipt, readReceipt } from './receipt.js';
import { safePath, type TreeRoot } from './tree-root.js';

/** Paths of tracked files that differ from HEAD, in the index or in the work tree. */
async function changedPaths(root: TreeRoot): Promise<string[]> {
  // A submodule's changes are its own, and git would look for them with that repository's configuration.
  const args = ['status', '--porcelain=v1', '-z', '--untracked-files=no', '--no-renames'];
  const { stdout } = await git(root.dir, [...args, '--ignore-submodules=dirty'], {
    config: await withoutFilters(root.dir),
  });
  const rows = stdout
    .toString('utf8')
    .split('\0')
    .filter((row) => row !== '');
  const changed: string[] = [];
  for (const row of rows) {
    const path = row.slice(3);
    if (!(row.startsWith(' D') && (await isAbsent(root, path)))) changed.push(path);
  }
  return changed;
}

/** A clone of an incomplete mirror lacks a few blobs; their files are missing, but nobody deleted them. */
async function isAbsent(root: TreeRoot, path: string): Promise<boolean> {
  return (await git(root.dir, ['cat-file', '-e', `HEAD:${path}`], { accept: [1, 128] })).code !== 0;
}

/** Files of the receipt whose bytes are no longer those that were written. */
export async function changedSince(root: TreeRoot, receipt: Receipt): Promise<string[]> {
  const changed: string[] = [];
  for (const { path, after } of receipt.files) {
    const text = await realDisk.read(await safePath(root, path));
    if (text === undefined || sha256(text) !== after) changed.push(path);
  }
  return changed;
}

/**
 * Checks that a checkout is at the target's commit, or at what an earlier apply made of it, and has no
 * other change. Returns its receipt. Throws a `tree` Failure.
 */
export async function checkState(root: TreeRoot, commit: string): Promise<Receipt | undefined> {
  const receipt = await readReceipt(root);
  const head = await gitText(root.dir, ['rev-parse', 'HEAD']);
  if (receipt && receipt.target.commit !== commit) {
    throw new Failure(
      'tree',
      `${root.dir} holds fixes for ${receipt.target.commit.slice(0, 12)}, not for ${commit.slice(0, 12)}`,
      {
        next: `dgx-patch revert --dir ${root.dir}, or use another folder`,
      },
    );
  }
  const expected = receipt?.head ?? commit;
  if (head !== expected) {
    throw new Failure('tree', `${root.dir} is at ${head.slice(0, 12)}, not at ${expected.slice(0, 12)}`, {
      why: receipt ? 'commits were made on top of the applied fixes' : 'another revision is checked out',
      next: `git -C ${root.dir} checkout ${expected}`,
    });
  }
  const uncommitted =
    receipt && !receipt.head ? new Set(receipt.files.map((file) => file.path)) : new Set<string>();
  const dirty = (await changedPaths(root)).filter((path) => !uncommitted.has(path));
  const stale = receipt ? await changedSince(root, receipt) : [];
  const first = dirty[0] ?? stale[0];
  if (first !== undefined) {
    const count = new Set([...dirty, ...stale]).size;
    throw new Failure(
      'tree',
      `${root.dir} has ${count} changed ${count === 1 ? 'file' : 'files'}: ${first}${count > 1 ? ', …' : ''}`,
      {
        next: `commit or stash the change (git -C ${root.dir} stash), then run the command again`,
      },
    );
  }
  return receipt;
}
