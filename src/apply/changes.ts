import { git } from '../tree/git.js';

/** A file as a commit leaves it, and its blob before. An absent one has a mode and blobs of zeros. */
export interface BlobChange {
  readonly mode: string;
  readonly before: string;
  readonly after: string;
}

/** What each commit changed of its parent, by path, as one git tells it. */
export async function changesOf(
  dir: string,
  commits: readonly { readonly commit: string; readonly parent: string }[],
): Promise<ReadonlyMap<string, BlobChange>[]> {
  const input = commits.map(({ commit, parent }) => `${commit} ${parent}\n`).join('');
  const args = ['diff-tree', '--stdin', '-r', '-z', '--no-renames', '--raw'];
  const parts = (await git(dir, args, { input })).stdout.toString('utf8').split('\0').values();
  const found = new Map<string, Map<string, BlobChange>>();
  let changes = new Map<string, BlobChange>();
  for (const part of parts) {
    if (part.startsWith(':')) {
      const [, mode, before, after] = part.split(' ') as [string, string, string, string];
      changes.set(parts.next().value!, { mode, before, after });
    } else {
      changes = new Map();
      found.set(part, changes);
    }
  }
  return commits.map(({ commit }) => found.get(commit) ?? new Map());
}
