import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.js';
import { git, gitText } from '../tree/git.js';
import { type Disk, realDisk, writeSafely } from './disk.js';
import { removeOwnIndexLock, takeIndexLock } from './index-lock.js';
import { type Journal, journalPath, parseJournal, sha256 } from './journal.js';
import { moveHead } from './move-head.js';
import { backupPath, receiptPath } from './receipt.js';
import { removeOwnRefLocks } from './ref-locks.js';
import { safePath, type TreeRoot } from './tree-root.js';

/** Where the new bytes of a file wait beside it. */
export const stagedPath = (full: string): string =>
  join(dirname(full), `.dgx-patch-${sha256(full).slice(0, 12)}.tmp`);

/** Drafts and indexes of our own that a killed run left in the state folder: the caller holds its lock. */
async function sweep(root: TreeRoot, disk: Disk): Promise<void> {
  const names = await readdir(root.state).catch(() => []);
  for (const name of names) {
    if (/^(?:commit-index|index-)|\.tmp$/.test(name)) await disk.remove(join(root.state, name));
  }
}

/** True where the journal's transaction came to its end: the receipt is the one that it was to leave. */
function isFinished(journal: Journal, receipt: string | undefined): boolean {
  if (receipt === undefined) return journal.receiptBefore !== null;
  return receipt.includes(`"${journal.id}"`);
}

interface Restored {
  readonly full: string;
  /** Bytes before; undefined where there was no file, null where nothing is to be done. */
  readonly text: string | undefined | null;
  readonly mode: number;
}

/** What has to be done to each file. Everything that can be wrong is found here, before anything is touched. */
async function restorations(root: TreeRoot, journal: Journal, finished: boolean): Promise<Restored[]> {
  const all: Restored[] = [];
  for (const { path, before, after, mode } of journal.files) {
    const full = await safePath(root, path);
    const current = finished ? undefined : await realDisk.read(full);
    const sum = current === undefined ? null : sha256(current);
    if (finished || sum === before) {
      all.push({ full, text: null, mode });
      continue;
    }
    if (sum !== after) {
      throw new Failure('tree', `${path} was changed while dgx-patch was interrupted`, {
        next: `its bytes before are in ${backupPath(root, before ?? '')}; put the file right, then run the command again`,
      });
    }
    const text = before === null ? undefined : await realDisk.read(backupPath(root, before));
    if (before !== null && (text === undefined || sha256(text) !== before)) {
      throw new Failure('tree', `the backup of ${path} is not there any more, or not what it was`, {
        next: `restore the file, then remove ${journalPath(root)}`,
      });
    }
    all.push({ full, text, mode });
  }
  return all;
}

/** The commits of a journal are there, or the journal is not of this repository. */
async function checkHead(root: TreeRoot, { head }: Journal): Promise<void> {
  if (!head) return;
  const at = await gitText(root.dir, ['rev-parse', 'HEAD']);
  const { code } = await git(root.dir, ['cat-file', '-e', `${head.from}^{commit}`], { accept: [1, 128] });
  if (root.isGit && code === 0 && (at === head.from || at === head.to)) return;
  throw new Failure('tree', `HEAD of ${root.dir} was moved while dgx-patch was interrupted`, {
    why: `it is at ${at.slice(0, 12)}, neither at ${head.from.slice(0, 12)} nor at ${head.to.slice(0, 12)}`,
    next: `git -C ${root.dir} status shows what is there; to start again: git -C ${root.dir} checkout ${head.from}`,
  });
}

async function bringBack(
  root: TreeRoot,
  journal: Journal,
  files: readonly Restored[],
  disk: Disk,
): Promise<void> {
  for (const { full, text, mode } of files) {
    if (text === undefined) await disk.remove(full);
    else if (text !== null) {
      await disk.write(stagedPath(full), text, mode);
      await disk.rename(stagedPath(full), full);
    }
  }
  if (journal.head) {
    await removeOwnRefLocks(root, journal, disk);
    const from = await gitText(root.dir, ['rev-parse', 'HEAD']);
    const paths = journal.files.map(({ path }) => path);
    await moveHead(root, { from, to: journal.head.from }, paths, disk);
  }
  if (journal.receiptBefore !== null) await writeSafely(disk, receiptPath(root), journal.receiptBefore);
  else await disk.remove(receiptPath(root));
}

/**
 * Brings a tree back that a killed command left half-way. Returns true where there was something to do.
 * A file that is neither as before nor as after was changed by someone else: a `tree` Failure, untouched.
 */
export async function recover(root: TreeRoot, disk: Disk = realDisk): Promise<boolean> {
  await sweep(root, disk);
  // It is taken before the journal is written: a run may have been killed between.
  await removeOwnIndexLock(root, disk);
  const text = await disk.read(journalPath(root));
  if (text === undefined) return false;
  const journal = parseJournal(root, text);
  const finished = isFinished(journal, await disk.read(receiptPath(root)));
  const files = await restorations(root, journal, finished);
  if (!finished) await checkHead(root, journal);
  const unlock = await takeIndexLock(root, journal.id, disk);
  try {
    for (const { full } of files) await disk.remove(stagedPath(full));
    if (!finished) await bringBack(root, journal, files, disk);
  } finally {
    await unlock();
  }
  await disk.remove(journalPath(root));
  return true;
}
