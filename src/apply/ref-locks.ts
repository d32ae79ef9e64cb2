import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { git, gitText } from '../tree/git.js';
import type { Disk } from './disk.js';
import { type Journal, journalPath } from './journal.js';
import type { TreeRoot } from './tree-root.js';

/** A living git holds the lock on a reference for milliseconds. */
const SETTLED_MS = 2000;

async function lockFiles({ dir }: TreeRoot): Promise<string[]> {
  const branch = await git(dir, ['symbolic-ref', '--quiet', 'HEAD'], { accept: [1, 128] });
  const names = ['HEAD', branch.stdout.toString('utf8').trim()].filter((name) => name !== '');
  const args = names.flatMap((name) => ['--git-path', `${name}.lock`]);
  return (await gitText(dir, ['rev-parse', ...args])).split('\n').map((path) => resolve(dir, path));
}

/**
 * Removes the locks that our git left on HEAD and its branch when it was killed with us: newer than the
 * journal, without change for a while, and holding nothing or what we were about to write. Any other stays.
 */
export async function removeOwnRefLocks(root: TreeRoot, journal: Journal, disk: Disk): Promise<void> {
  if (!journal.head) return;
  const begun = (await stat(journalPath(root))).mtimeMs;
  const ours = new Set(['', journal.head.from, journal.head.to]);
  for (const file of await lockFiles(root)) {
    const info = await stat(file).catch(() => undefined);
    if (!info || info.mtimeMs < begun) continue;
    await setTimeout(Math.max(0, SETTLED_MS - (Date.now() - info.mtimeMs)));
    const text = await disk.read(file);
    const same = (await stat(file).catch(() => undefined))?.mtimeMs === info.mtimeMs;
    if (text !== undefined && same && ours.has(text.trim())) await disk.remove(file);
  }
}
