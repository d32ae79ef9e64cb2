import { Failure } from '../failure.js';
import { blobId } from '../tree/blob-id.js';
import { git, gitText } from '../tree/git.js';
import { listTree } from '../tree/listing.js';
import { type Disk, realDisk } from './disk.js';
import { sha256 } from './journal.js';
import { backupPath, type Receipt, readReceipt } from './receipt.js';
import { changedSince } from './state.js';
import { carryOut, type FileChange } from './transaction.js';
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

/** Restores the bytes of the receipt. Refuses, untouched, where a file or HEAD changed since. */
export async function revert(root: TreeRoot, disk: Disk = realDisk): Promise<Receipt> {
  const receipt = await readReceipt(root);
  if (!receipt) {
    throw new Failure('tree', `nothing was applied to ${root.dir}`, {
      next: 'there is nothing to revert; apply with: dgx-patch apply --target <project@revision> --dir <folder>',
    });
  }
  if (receipt.head) {
    const head = await gitText(root.dir, ['rev-parse', 'HEAD']);
    if (head !== receipt.head) {
      throw new Failure(
        'tree',
        `${root.dir} is at ${head.slice(0, 12)}, but the fixes ended at ${receipt.head.slice(0, 12)}`,
        {
          why: 'commits were made on top of the applied fixes',
          next: `git -C ${root.dir} checkout ${receipt.head}, or undo single fixes with git revert`,
        },
      );
    }
  }
  const changed = await changedSince(root, receipt);
  if (changed.length > 0) {
    throw new Failure(
      'tree',
      `${changed.length} of ${receipt.files.length} files were changed since they were patched: ${changed[0]}`,
      {
        next: `git -C ${root.dir} diff ${changed[0]} shows it; undo that change first`,
      },
    );
  }
  const files: FileChange[] = [];
  for (const { path, before } of receipt.files) {
    const original = before === null ? undefined : await realDisk.read(backupPath(root, before));
    if (before !== null && (original === undefined || sha256(original) !== before)) {
      throw new Failure('tree', `the backup of ${path} is not there any more, or not what it was`, {
        next: `take it from git: git -C ${root.dir} checkout ${receipt.target.commit} -- ${path}`,
      });
    }
    files.push({ path, before: await realDisk.read(await safePath(root, path)), after: original });
  }
  await checkBase(root, receipt, files);
  const head = receipt.head && receipt.base ? { head: { from: receipt.head, to: receipt.base } } : {};
  await carryOut(root, { files, ...head, receipt: undefined }, disk);
  return receipt;
}
