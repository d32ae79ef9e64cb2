import { Failure } from '../failure.js';
import { gitText } from '../tree/git.js';
import { type Disk, realDisk } from './disk.js';
import { backupPath, type Receipt, readReceipt } from './receipt.js';
import { changedSince } from './state.js';
import { carryOut, type FileChange } from './transaction.js';
import type { TreeRoot } from './tree-root.js';

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
    if (before !== null && original === undefined) {
      throw new Failure('tree', `the backup of ${path} is not there any more`, {
        next: `take it from git: git -C ${root.dir} checkout ${receipt.target.commit} -- ${path}`,
      });
    }
    files.push({ path, before: (await realDisk.read(`${root.dir}/${path}`))!, after: original });
  }
  const head = receipt.head && receipt.base ? { head: { from: receipt.head, to: receipt.base } } : {};
  await carryOut(root, { files, ...head, receipt: undefined }, disk);
  return receipt;
}
