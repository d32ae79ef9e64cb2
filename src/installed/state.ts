import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { realDisk } from '../apply/disk.js';
import { backupPath, type Receipt, readReceipt, receiptPath } from '../apply/receipt.js';
import { changedSince } from '../apply/state.js';
import { Failure } from '../failure.js';
import { type InstalledPackage, rootOf } from './package.js';
import { listsFile } from './record.js';

/** What the last run found to be right, so that the next one need not judge; beside the receipt. */
export const CHECKED = 'checked.json';

/** The receipt of an installed package; a `tree` Failure where it is for another version, or a file changed since. */
export async function checkInstalled(found: InstalledPackage): Promise<Receipt | undefined> {
  const root = rootOf(found);
  const receipt = await readReceipt(root);
  if (!receipt) return undefined;
  if (receipt.target.revision !== found.revision) {
    throw new Failure(
      'tree',
      `${found.dir} holds a receipt for ${receipt.target.revision}, not for ${found.revision}`,
      {
        why: 'the package was upgraded over a patched one',
        next: `reinstall it afresh, then remove ${root.state}`,
      },
    );
  }
  const changed = await changedSince(root, receipt);
  if (changed.length > 0) {
    throw new Failure('tree', `${changed[0]} was changed since it was patched`, {
      next: 'undo that change, or reinstall the package',
    });
  }
  return receipt;
}

/** `RECORD` of a package, from site-packages. */
export const recordPath = ({ info }: Pick<InstalledPackage, 'info'>): string => `${info}/RECORD`;

/** A list of the files of a distribution. */
export interface RecordFile {
  /** From site-packages. */
  readonly path: string;
  /** Bytes as latin-1. */
  readonly text: string;
}

/**
 * Every `RECORD` that lists one of these files, the package's own first: a package may be made of several
 * distributions (`nvidia-cutlass-dsl`, `-libs-base`, `-libs-cu13`). Where none does, the package's own, if it has one.
 */
export async function recordsOf(found: InstalledPackage, paths: readonly string[]): Promise<RecordFile[]> {
  const prefix = found.kind.distribution.replaceAll('-', '_');
  const infos = (await readdir(found.site)).filter(
    (name) => name.endsWith('.dist-info') && name.toLowerCase().startsWith(prefix),
  );
  const records: RecordFile[] = [];
  for (const info of [found.info, ...infos.filter((name) => name !== found.info).sort()]) {
    const text = await realDisk.read(join(found.site, recordPath({ info })));
    if (text !== undefined) records.push({ path: recordPath({ info }), text });
  }
  const listing = records.filter(({ text }) => paths.some((path) => listsFile(text, path)));
  return listing.length > 0 ? listing : records.slice(0, 1);
}

/** Names, from site-packages, of what an apply leaves beside the package's own files. */
export function stateNames(found: InstalledPackage, backups: readonly string[]): string[] {
  const root = rootOf(found);
  const files = [
    receiptPath(root),
    join(root.state, CHECKED),
    ...backups.map((sum) => backupPath(root, sum)),
  ];
  return files.map((file) => file.slice(root.dir.length + 1));
}

/** Removes what an apply left, where nothing is applied any more; within its lock. A journal stays: it is needed. */
export async function clearState(found: InstalledPackage): Promise<void> {
  const { state } = rootOf(found);
  if ((await realDisk.read(join(state, 'journal.json'))) !== undefined) return;
  for (const name of ['backup', CHECKED, 'proof.json']) {
    await rm(join(state, name), { recursive: true, force: true });
  }
}

/** Removes the folder where it is empty: one that is left behind would be a package of that name to Python. */
export async function dropState(found: InstalledPackage): Promise<void> {
  await rmdir(rootOf(found).state).catch(() => {});
}
