import { Failure } from '../failure.js';
import { blobId } from '../tree/blob-id.js';
import { git } from '../tree/git.js';
import { listTree } from '../tree/listing.js';
import { makeRevertCommit } from './commits.js';
import { type Disk, realDisk } from './disk.js';
import type { FileChange } from './file-change.js';
import { sha256 } from './journal.js';
import { backupPath, type Receipt } from './receipt.js';
import { changedSince, stateOf } from './state.js';
import { carryOut } from './transaction.js';
import { safePath, type TreeRoot } from './tree-root.js';

/** The commit to go back to is there, and it has the very bytes that the backups have. */
async function checkBase(root: TreeRoot, receipt: Receipt, files: readonly FileChange[]): Promise<void> {
  const { base, head } = receipt;
  if (base === undefined && head === undefined) return;
  const is = ['merge-base', '--is-ancestor', base ?? '', head ?? ''];
  const known = base && head && (await git(root.dir, is, { accept: [1, 128] })).code === 0;
  const listed = known ? await listTree(root.dir, base) : undefined;
  const blobs = listed && new Map(listed.map(({ path, oid }) => [path, oid]));
  const odd = files.find(
    ({ path, after }) => blobs?.get(path) !== (after === undefined ? undefined : blobId(after)),
  );
  if (blobs && odd === undefined) return;
  throw new Failure('tree', `the receipt of ${root.dir} does not fit its commits`, {
    why: odd ? `${odd.path} is another file at ${base}` : `${base} is no commit below ${head}`,
    next: `nothing was changed; git -C ${root.dir} log shows what was applied`,
  });
}

/** The bytes of a file before: its backup, or what git has of the commit that the fixes were made on. */
async function original(root: TreeRoot, { base }: Receipt, path: string, sum: string): Promise<string> {
  const backup = await realDisk.read(backupPath(root, sum));
  if (backup !== undefined && sha256(backup) === sum) return backup;
  const found = base && (await git(root.dir, ['cat-file', 'blob', `${base}:${path}`], { accept: [128] }));
  const text = found && found.code === 0 ? found.stdout.toString('latin1') : undefined;
  if (text !== undefined && sha256(text) === sum) return text;
  throw new Failure('tree', `the backup of ${path} is not there any more, or not what it was`, {
    why: base
      ? 'and the commit below the fixes is not in this repository'
      : 'it was removed, or the disk failed',
    next: base
      ? `fetch the commit: git -C ${root.dir} fetch origin ${base}`
      : `take it from git: git -C ${root.dir} checkout HEAD -- ${path}`,
  });
}

export interface Reverted extends Receipt {
  /** The commit that takes the fixes back, where HEAD did not move to the one before them. */
  readonly reverting?: string;
}

/**
 * Restores the bytes of the receipt. Where HEAD is what the fixes ended at, it goes back; where the receipt
 * did not come along, or commits were made on top, a commit takes the fixes back. Refuses, untouched, where a
 * file changed since.
 */
export async function revert(root: TreeRoot, disk: Disk = realDisk): Promise<Reverted> {
  const { head: at, receipt, current } = await stateOf(root, { cuda: '13.0', arch: '12.1a' });
  if (!receipt) {
    throw new Failure('tree', `nothing was applied to ${root.dir}`, {
      next: 'there is nothing to revert; apply with: dgx-patch apply --dir <folder>',
    });
  }
  const changed = await changedSince(root, receipt);
  if (changed.length > 0) {
    throw new Failure(
      'tree',
      `${changed.length} of ${receipt.files.length} files were changed since they were patched: ${changed[0]}`,
      {
        next: `git -C ${root.dir} diff ${receipt.head ?? 'HEAD'} -- ${changed[0]} shows it; undo that change first`,
      },
    );
  }
  const files: FileChange[] = [];
  for (const { path, before } of receipt.files) {
    const after = before === null ? undefined : await original(root, receipt, path, before);
    files.push({ path, before: await realDisk.read(await safePath(root, path)), after });
  }
  await checkBase(root, receipt, files);
  if (current || receipt.head === undefined) {
    const head = receipt.head && receipt.base ? { head: { from: receipt.head, to: receipt.base } } : {};
    await carryOut(root, { files, ...head, receipt: undefined }, disk);
    return receipt;
  }
  const reverting = await makeRevertCommit(root, at, receipt, files);
  await carryOut(root, { files, head: { from: at, to: reverting }, receipt: undefined }, disk);
  return { ...receipt, reverting };
}
