import { join } from 'node:path';
import { applyOutcomes } from '../apply/apply.js';
import { realDisk } from '../apply/disk.js';
import { sha256 } from '../apply/journal.js';
import { withLock } from '../apply/mutex.js';
import { type Receipt, readReceipt, receiptPath } from '../apply/receipt.js';
import { recover } from '../apply/recover.js';
import { revert } from '../apply/revert.js';
import type { Outcome } from '../codemod/types.js';
import type { Build } from '../source/build.js';
import type { EditedFile } from '../source/edits.js';
import { removeBytecode } from './bytecode.js';
import { withGuard } from './guard.js';
import { type InstalledPackage, rootOf } from './package.js';
import { listsFile, updateRecord } from './record.js';
import { clearState, dropState, recordsOf, stateNames } from './state.js';
import { InstalledTree } from './tree.js';

/** Runs `work` alone on a package, after an interrupted run was undone: `undone` is then called. */
export async function alone<T>(
  found: InstalledPackage,
  undone: () => void,
  work: () => Promise<T>,
): Promise<T> {
  const root = rootOf(found);
  return withGuard(found.dir, async () => {
    try {
      return await withLock(join(root.state, 'lock'), async () => {
        try {
          if (await recover(root)) undone();
          return await work();
        } finally {
          if (!(await realDisk.read(receiptPath(root)))) await clearState(found);
        }
      });
    } finally {
      await dropState(found);
    }
  });
}

/**
 * The lists of files with the hashes of the edited ones. The first also names what we leave ourselves: pip then
 * removes that too.
 */
async function recordsAlong(
  found: InstalledPackage,
  edited: readonly EditedFile[],
): Promise<readonly EditedFile[]> {
  const paths = edited.map(({ path }) => path);
  const records = await recordsOf(found, paths);
  const originals = [
    ...records.map(({ text }) => text),
    ...edited.flatMap((file) => (file.before === undefined ? [] : [file.before])),
  ];
  const own = stateNames(found, originals.map(sha256)).map((path) => ({ path }));
  const changed = edited.map(({ path, before, after }) => ({
    path,
    text: after,
    created: before === undefined,
  }));
  return records.map(({ path, text }, index) => {
    // A distribution answers for the files that it lists; new ones are the first one's.
    const rows = changed.filter((row) => listsFile(text, row.path) || (index === 0 && row.created));
    return { path, before: text, after: updateRecord(text, [...rows, ...(index === 0 ? own : [])]) };
  });
}

export interface InstalledChange {
  readonly found: InstalledPackage;
  readonly target: Receipt['target'];
  readonly build: Build;
  /** The needed ones of these are applied; all their edits are in the package. */
  readonly outcomes: readonly Outcome[];
  readonly options: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly earlier: Receipt | undefined;
  readonly tool: string;
}

/** Applies fixes to an installed package, within `alone`. */
export async function applyInstalled(change: InstalledChange): Promise<Receipt | undefined> {
  const { found, outcomes } = change;
  const root = rootOf(found);
  const needed = outcomes.filter(({ verdict }) => verdict === 'needed');
  await removeBytecode(
    root.dir,
    needed.flatMap(({ edits }) => edits.map(({ path }) => path)),
  );
  const { target, build, options, earlier, tool } = change;
  return applyOutcomes({
    root,
    tree: new InstalledTree(found),
    target,
    build,
    outcomes,
    options,
    head: undefined,
    earlier,
    tool,
    along: (edited) => recordsAlong(found, edited),
  });
}

/** Takes the fixes back, within `alone`. */
export async function revertInstalled(found: InstalledPackage): Promise<Receipt> {
  const root = rootOf(found);
  const receipt = await readReceipt(root);
  await removeBytecode(root.dir, receipt?.files.map(({ path }) => path) ?? []);
  return revert(root);
}
