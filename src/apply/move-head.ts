import { randomUUID } from 'node:crypto';
import { copyFile, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.js';
import { withoutFilters } from '../tree/filters.js';
import { git } from '../tree/git.js';
import { entriesAt } from '../tree/listing.js';
import type { Disk } from './disk.js';
import type { TreeRoot } from './tree-root.js';

/** The index under another name. Its time stays: by it git knows which entries it must look at again. */
async function copyIndex(index: string, copy: string): Promise<void> {
  const info = await stat(index).catch(() => undefined);
  if (!info) return;
  await copyFile(index, copy);
  await utimes(copy, info.atime, new Date(Math.floor(info.mtimeMs) - 1));
}

/** The rows of `update-index --index-info` that make the paths what they are in a commit. */
async function rowsOf(dir: string, commit: string, paths: readonly string[]): Promise<string> {
  const entries = await entriesAt(dir, commit, paths);
  const rows = paths.map((path) => {
    const { mode, oid } = entries.get(path) ?? { mode: '0', oid: '0'.repeat(40) };
    return `${mode} ${oid}\t${path}\0`;
  });
  return rows.join('');
}

/** Paths, sorted, that an index has otherwise than a commit, or not at all. */
async function staged(dir: string, commit: string, index: string): Promise<string[]> {
  const args = ['diff-index', '--cached', '--name-only', '-z', '--no-renames', commit, '--'];
  const { stdout } = await git(dir, args, { env: { GIT_INDEX_FILE: index } });
  return stdout
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '');
}

/**
 * HEAD and the index entries of the changed files follow; the work tree is left alone. The caller holds git's
 * lock on the index: the new index is made beside it, and replaces it last.
 */
export async function moveHead(
  root: TreeRoot,
  { from, to }: { readonly from: string; readonly to: string },
  paths: readonly string[],
  disk: Disk,
): Promise<void> {
  const copy = join(root.state, `index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: copy };
  await copyIndex(root.index!, copy);
  const input = await rowsOf(root.dir, to, paths);
  // Where a file is as old as the index, git compares its content before it writes the index: through filters.
  const config = await withoutFilters(root.dir);
  await disk.git(root.dir, ['update-index', '-z', '--index-info'], { input, env, config });
  const odd = await staged(root.dir, to, copy);
  // What its owner had staged already stays so: the index itself is as it was.
  const known = odd.length === 0 ? [] : await staged(root.dir, from, root.index!);
  if (odd.some((path) => paths.includes(path) || !known.includes(path))) {
    throw new Failure('tree', 'the index that git made is not that of the commit', {
      why: 'another process changed the repository at the same time',
    });
  }
  await disk.git(root.dir, ['update-ref', '-m', 'dgx-patch', 'HEAD', to, from]);
  await disk.git(root.dir, ['update-index', '-q', '--refresh'], { accept: [1], env, config });
  await disk.rename(copy, root.index!);
}
