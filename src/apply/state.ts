import { Failure } from '../failure.js';
import type { Build } from '../source/build.js';
import { withoutFilters } from '../tree/filters.js';
import { git, gitText } from '../tree/git.js';
import { realDisk } from './disk.js';
import { receiptFromCommits } from './from-commits.js';
import { sha256 } from './journal.js';
import { type Receipt, readReceipt } from './receipt.js';
import { safePath, type TreeRoot } from './tree-root.js';

/** Paths of tracked files that differ from HEAD, in the index or in the work tree. */
async function changedPaths(root: TreeRoot): Promise<string[]> {
  // A submodule's changes are its own, and git would look for them with that repository's configuration.
  const args = ['status', '--porcelain=v1', '-z', '--untracked-files=no', '--no-renames'];
  const { stdout } = await git(root.dir, [...args, '--ignore-submodules=dirty'], {
    config: await withoutFilters(root.dir),
  });
  const rows = stdout
    .toString('utf8')
    .split('\0')
    .filter((row) => row !== '');
  const changed: string[] = [];
  for (const row of rows) {
    const path = row.slice(3);
    if (!(row.startsWith(' D') && (await isAbsent(root, path)))) changed.push(path);
  }
  return changed;
}

/** A clone of an incomplete mirror lacks a few blobs; their files are missing, but nobody deleted them. */
async function isAbsent(root: TreeRoot, path: string): Promise<boolean> {
  return (await git(root.dir, ['cat-file', '-e', `HEAD:${path}`], { accept: [1, 128] })).code !== 0;
}

/** Files of the receipt whose bytes are no longer those that were written. */
export async function changedSince(root: TreeRoot, receipt: Receipt): Promise<string[]> {
  const changed: string[] = [];
  for (const { path, after } of receipt.files) {
    const text = await realDisk.read(await safePath(root, path));
    if (text === undefined || sha256(text) !== after) changed.push(path);
  }
  return changed;
}

/** What a checkout holds of ours. */
export interface State {
  readonly head: string;
  /** What was applied there. */
  readonly receipt: Receipt | undefined;
  /** The receipt lies there and ends at HEAD: what is applied now is added to it. Else it is told by commits. */
  readonly current: boolean;
}

async function isBelow(dir: string, commit: string, head: string): Promise<boolean> {
  const is = ['merge-base', '--is-ancestor', commit, head];
  return (await git(dir, is, { accept: [1, 128] })).code === 0;
}

/** What was applied to a checkout: its receipt says so, or its commits where that did not come along. */
export async function stateOf(root: TreeRoot, build: Build): Promise<State> {
  const receipt = await readReceipt(root);
  if (!root.isGit) return { head: '', receipt, current: receipt !== undefined };
  const head = await gitText(root.dir, ['rev-parse', 'HEAD']);
  if (!receipt) return { head, receipt: await receiptFromCommits(root, build), current: false };
  return { head, receipt, current: receipt.head === undefined || receipt.head === head };
}

/** A checkout is at the target, at what was made of it, or at commits of its owner on top of that. */
async function checkPlace(root: TreeRoot, { head, receipt }: State, commit: string): Promise<void> {
  const short = (id: string): string => id.slice(0, 12);
  const next = `take what is checked out: the same command without --target; or use another folder`;
  if (head === commit) return;
  if (receipt && receipt.target.commit !== commit) {
    throw new Failure(
      'tree',
      `${root.dir} holds fixes for ${short(receipt.target.commit)}, not for ${short(commit)}`,
      {
        next,
      },
    );
  }
  if (receipt && (await isBelow(root.dir, receipt.head ?? commit, head))) return;
  throw new Failure('tree', `${root.dir} is at ${short(head)}, not at ${short(receipt?.head ?? commit)}`, {
    why: (await isBelow(root.dir, commit, head))
      ? 'it is a fork with commits of its own'
      : 'another revision is checked out',
    next,
  });
}

/**
 * Checks that a checkout is at the target's commit, or at what an earlier apply made of it, and has no
 * other change. Returns what was applied. Throws a `tree` Failure.
 */
export async function checkState(root: TreeRoot, commit: string, build: Build): Promise<State> {
  const state = await stateOf(root, build);
  const { receipt } = state;
  await checkPlace(root, state, commit);
  const uncommitted =
    receipt && !receipt.head ? new Set(receipt.files.map((file) => file.path)) : new Set<string>();
  const dirty = (await changedPaths(root)).filter((path) => !uncommitted.has(path));
  const stale = receipt && state.current ? await changedSince(root, receipt) : [];
  const first = dirty[0] ?? stale[0];
  if (first !== undefined) {
    const count = new Set([...dirty, ...stale]).size;
    throw new Failure(
      'tree',
      `${root.dir} has ${count} changed ${count === 1 ? 'file' : 'files'}: ${first}${count > 1 ? ', …' : ''}`,
      {
        next: `commit or stash the change (git -C ${root.dir} stash), then run the command again`,
      },
    );
  }
  return state;
}
