import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.js';
import { gitText } from '../tree/git.js';
import { type Disk, modeOf, realDisk, writeSafely } from './disk.js';
import type { FileChange } from './file-change.js';
import { takeIndexLock } from './index-lock.js';
import { type Journal, journalPath, sha256 } from './journal.js';
import { moveHead } from './move-head.js';
import { backupPath, type Receipt, receiptPath } from './receipt.js';
import { recover, stagedPath } from './recover.js';
import { safePath, type TreeRoot } from './tree-root.js';

/** Everything that one command does to a tree: all of it, or nothing. */
export interface Change {
  readonly files: readonly FileChange[];
  /** HEAD moves from one commit to another, both there already. */
  readonly head?: { readonly from: string; readonly to: string };
  /** The receipt that stands afterwards; undefined removes it. */
  readonly receipt: Omit<Receipt, 'id'> | undefined;
}

async function journalOf(
  root: TreeRoot,
  change: Change,
  paths: ReadonlyMap<string, string>,
): Promise<Journal> {
  return {
    formatVersion: 1,
    id: randomUUID(),
    files: await Promise.all(
      change.files.map(async ({ path, before, after }) => ({
        path,
        before: before === undefined ? null : sha256(before),
        after: after === undefined ? null : sha256(after),
        mode: await modeOf(paths.get(path)!),
      })),
    ),
    ...(change.head ? { head: change.head } : {}),
    receiptBefore: (await realDisk.read(receiptPath(root))) ?? null,
  };
}

async function checkHead(root: TreeRoot, head: Change['head']): Promise<void> {
  if (!head) return;
  const at = await gitText(root.dir, ['rev-parse', 'HEAD']);
  if (at === head.from) return;
  throw new Failure('tree', `HEAD of ${root.dir} moved to ${at.slice(0, 12)} in the meantime`, {
    next: 'nothing was changed; run the command again',
  });
}

async function stage(
  root: TreeRoot,
  change: Change,
  journal: Journal,
  paths: ReadonlyMap<string, string>,
  disk: Disk,
): Promise<void> {
  for (const { before } of change.files) {
    if (before !== undefined) await writeSafely(disk, backupPath(root, sha256(before)), before);
  }
  for (const [index, { path, after }] of change.files.entries()) {
    if (after === undefined) continue;
    const full = paths.get(path)!;
    await disk.makeFolder(dirname(full));
    await disk.write(stagedPath(full), after, journal.files[index]!.mode);
  }
}

/** From the first rename to the receipt. */
async function commit(
  root: TreeRoot,
  change: Change,
  id: string,
  paths: ReadonlyMap<string, string>,
  disk: Disk,
): Promise<Receipt | undefined> {
  for (const { path, after } of change.files) {
    const full = paths.get(path)!;
    if (after === undefined) await disk.remove(full);
    else await disk.rename(stagedPath(full), full);
  }
  if (change.head) await moveHead(root, change.head, [...paths.keys()], disk);
  const receipt = change.receipt && { ...change.receipt, id };
  if (receipt) await writeSafely(disk, receiptPath(root), `${JSON.stringify(receipt, null, 2)}\n`);
  else await disk.remove(receiptPath(root));
  return receipt;
}

/** Undoes what was begun, now if that is possible, and says what is the case. */
async function undone(root: TreeRoot, disk: Disk, cause: unknown): Promise<Failure> {
  const back = await recover(root, disk).then(
    () => true,
    () => false,
  );
  const why = cause instanceof Failure ? cause.why : 'the folder is read-only, or the disk is full';
  return new Failure('tree', `the tree could not be written: ${(cause as Error).message}`, {
    ...(why === undefined ? {} : { why }),
    next: back
      ? 'nothing was changed; mend that and run the command again'
      : 'mend that and run the command again: it first brings the tree back',
    cause,
  });
}

/**
 * Carries a change out: journal, git's lock on the index, backups, staged files, renames, HEAD, receipt
 * last. A kill at any moment leaves what `recover` brings back. Throws a `tree` Failure, with the tree as it
 * was, where a file cannot be written or somebody else is at work there.
 */
export async function carryOut(
  root: TreeRoot,
  change: Change,
  disk: Disk = realDisk,
): Promise<Receipt | undefined> {
  const paths = new Map<string, string>();
  for (const { path } of change.files) paths.set(path, await safePath(root, path));
  const journal = await journalOf(root, change, paths);
  const unlock = await takeIndexLock(root, journal.id, disk);
  try {
    await checkHead(root, change.head);
    await disk.makeFolder(join(root.state, 'backup'));
    await writeSafely(disk, journalPath(root), JSON.stringify(journal));
    await stage(root, change, journal, paths, disk);
    const receipt = await commit(root, change, journal.id, paths, disk);
    await unlock();
    await disk.remove(journalPath(root));
    return receipt;
  } catch (cause) {
    await unlock();
    if ((await disk.read(journalPath(root))) === undefined) throw cause;
    throw await undone(root, disk, cause);
  }
}
