import { createHash, randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.js';
import { git, gitText } from '../tree/git.js';
import { type Disk, modeOf, realDisk } from './disk.js';
import { backupPath, type Receipt, receiptPath } from './receipt.js';
import { safePath, type TreeRoot } from './tree-root.js';

/** One file's change; undefined means that there is no file. Bytes as latin-1. */
export interface FileChange {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Everything that one command does to a tree: all of it, or nothing. */
export interface Change {
  readonly files: readonly FileChange[];
  /** HEAD moves from one commit to another, both there already. */
  readonly head?: { readonly from: string; readonly to: string };
  /** The receipt that stands afterwards; undefined removes it. */
  readonly receipt: Omit<Receipt, 'id'> | undefined;
}

interface Journal {
  readonly formatVersion: 1;
  readonly id: string;
  readonly files: readonly { path: string; before: string | null; after: string | null; mode: number }[];
  readonly head?: { readonly from: string; readonly to: string };
  /** Bytes of the receipt before, so that a broken revert keeps it. */
  readonly receiptBefore: string | null;
}

export const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');

const journalPath = (root: TreeRoot): string => join(root.state, 'journal.json');
const stagedPath = (full: string): string =>
  join(dirname(full), `.dgx-patch-${sha256(full).slice(0, 12)}.tmp`);

async function writeSafely(disk: Disk, path: string, text: string, mode = 0o644): Promise<void> {
  await disk.write(`${path}.tmp`, text, mode);
  await disk.rename(`${path}.tmp`, path);
}

/** HEAD and the index entries of the changed files follow; the work tree is left alone. */
async function moveHead(
  root: TreeRoot,
  { from, to }: { from: string; to: string },
  paths: readonly string[],
  disk: Disk,
): Promise<void> {
  const listed = await git(root.dir, [
    'ls-tree',
    '-z',
    to,
    '--',
    ...paths.map((path) => `:(literal)${path}`),
  ]);
  const rows = listed.stdout
    .toString('utf8')
    .split('\0')
    .filter((row) => row !== '');
  const present = new Set(rows.map((row) => row.slice(row.indexOf('\t') + 1)));
  const removed = paths.filter((path) => !present.has(path)).map((path) => `0 ${'0'.repeat(40)}\t${path}`);
  const entries = rows.map((row) => row.replace(/^(\d+) blob ([0-9a-f]+)\t/, '$1 $2\t'));
  const input = [...removed, ...entries, ''].join('\0');
  await disk.git(root.dir, ['update-index', '-z', '--index-info'], { input });
  await disk.git(root.dir, ['update-ref', '-m', 'dgx-patch', 'HEAD', to, from]);
  await disk.git(root.dir, ['update-index', '-q', '--refresh'], { accept: [1] });
}

/**
 * Carries a change out: journal, backups, staged files, renames, HEAD, receipt last. A kill at any moment
 * leaves what `recover` brings back. Throws a `tree` Failure before the first rename where a file cannot
 * be written.
 */
export async function carryOut(
  root: TreeRoot,
  change: Change,
  disk: Disk = realDisk,
): Promise<Receipt | undefined> {
  const id = randomUUID();
  const paths = new Map<string, string>();
  for (const { path } of change.files) paths.set(path, await safePath(root, path));
  const journal: Journal = {
    formatVersion: 1,
    id,
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
  await disk.makeFolder(join(root.state, 'backup'));
  await writeSafely(disk, journalPath(root), JSON.stringify(journal));
  try {
    for (const { before } of change.files) {
      if (before !== undefined) await writeSafely(disk, backupPath(root, sha256(before)), before);
    }
    for (const { path, after } of change.files) {
      const full = paths.get(path)!;
      if (after === undefined) continue;
      await disk.makeFolder(dirname(full));
      await disk.write(stagedPath(full), after, journal.files.find((file) => file.path === path)!.mode);
    }
  } catch (cause) {
    await recover(root, disk).catch(() => {});
    throw new Failure('tree', `a file of the tree could not be written: ${(cause as Error).message}`, {
      why: 'the folder is read-only, or the disk is full',
      next: 'nothing was changed; mend that and run the command again',
      cause,
    });
  }
  for (const { path, after } of change.files) {
    const full = paths.get(path)!;
    if (after === undefined) await disk.remove(full);
    else await disk.rename(stagedPath(full), full);
  }
  const { head } = change;
  const moved = change.files.map(({ path }) => path);
  if (head) await moveHead(root, head, moved, disk);
  const receipt = change.receipt && { ...change.receipt, id };
  if (receipt) await writeSafely(disk, receiptPath(root), `${JSON.stringify(receipt, null, 2)}\n`);
  else await disk.remove(receiptPath(root));
  await disk.remove(journalPath(root));
  return receipt;
}

/** True where the journal's transaction came to its end: the receipt is the one that it was to leave. */
function isFinished(journal: Journal, receipt: string | undefined): boolean {
  if (receipt === undefined) return journal.receiptBefore !== null;
  return receipt.includes(`"${journal.id}"`);
}

/**
 * Brings a tree back that a killed command left half-way. Returns true where there was something to do.
 * A file that is neither as before nor as after was changed by someone else: a `tree` Failure, untouched.
 */
export async function recover(root: TreeRoot, disk: Disk = realDisk): Promise<boolean> {
  const text = await disk.read(journalPath(root));
  if (text === undefined) return false;
  const journal = JSON.parse(text) as Journal;
  const finished = isFinished(journal, await disk.read(receiptPath(root)));
  for (const { path, before, after, mode } of journal.files) {
    const full = join(root.dir, path);
    await disk.remove(stagedPath(full));
    if (finished) continue;
    const current = await disk.read(full);
    const sum = current === undefined ? null : sha256(current);
    if (sum === before) continue;
    if (sum !== after) {
      throw new Failure('tree', `${path} was changed while dgx-patch was interrupted`, {
        next: `its bytes before are in ${backupPath(root, before ?? '')}; put the file right, then run the command again`,
      });
    }
    if (before === null) await disk.remove(full);
    else await writeSafely(disk, full, (await disk.read(backupPath(root, before)))!, mode);
  }
  if (!finished) {
    if (journal.head) {
      const { from, to } = journal.head;
      const at = (await gitText(root.dir, ['rev-parse', 'HEAD'])) === to ? to : from;
      const paths = journal.files.map(({ path }) => path);
      await moveHead(root, { from: at, to: from }, paths, disk);
    }
    if (journal.receiptBefore !== null) await writeSafely(disk, receiptPath(root), journal.receiptBefore);
    else await disk.remove(receiptPath(root));
  }
  await disk.remove(journalPath(root));
  return true;
}
