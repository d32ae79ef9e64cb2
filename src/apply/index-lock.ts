import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Failure } from '../failure.js';
import type { Disk } from './disk.js';
import type { TreeRoot } from './tree-root.js';

/** First word of our own lock file: one that says so, while we hold the tree, is of a run that was killed. */
const OURS = 'dgx-patch ';
/** Another git is mostly done in a moment; 10 turns of 100 ms. */
const TURNS = 10;

/** Removes the lock that a killed run of ours left. The caller holds the tree, so no living one has it. */
export async function removeOwnIndexLock(root: TreeRoot, disk: Disk): Promise<void> {
  if (root.index === undefined) return;
  const file = `${root.index}.lock`;
  if ((await disk.read(file))?.startsWith(OURS)) await disk.remove(file);
}

/**
 * Takes git's own lock on the index, as git does: no other git changes index or HEAD until it is given back
 * with what this returns. Throws a `tree` Failure that names the file where somebody else has it.
 */
export async function takeIndexLock(root: TreeRoot, id: string, disk: Disk): Promise<() => Promise<void>> {
  if (root.index === undefined) return async () => {};
  const file = `${root.index}.lock`;
  const draft = join(root.state, `index-lock-${id}`);
  await disk.makeFolder(root.state);
  await disk.write(draft, `${OURS}${id}\n`, 0o644);
  await removeOwnIndexLock(root, disk);
  let taken = await disk.link(draft, file);
  for (let turn = 0; !taken && turn < TURNS; turn += 1) {
    await setTimeout(100);
    taken = await disk.link(draft, file);
  }
  await disk.remove(draft);
  if (!taken) {
    throw new Failure('tree', `another git is at work in ${root.dir}: it holds ${file}`, {
      why: 'an editor, a git command in another window, or one that was killed',
      next: `wait for it; if no git is running there, remove ${file}, then run the command again`,
    });
  }
  return () => disk.remove(file);
}
