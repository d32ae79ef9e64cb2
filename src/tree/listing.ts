import { checkPath } from '../source/path.js';
import { git } from './git.js';

/** A row of a git tree. */
export interface Entry {
  /** As git writes it: 100644, 100755, 120000 (a link), 160000 (a submodule). */
  readonly mode: string;
  readonly oid: string;
  readonly path: string;
}

async function list(dir: string, commit: string, ...more: readonly string[]): Promise<Entry[]> {
  const { stdout } = await git(dir, ['ls-tree', '-z', '--full-tree', commit, ...more]);
  return [...stdout.toString('utf8').matchAll(/(\d+) \w+ ([0-9a-f]+)\t([^\0]*)\0/g)].map(
    ([, mode, oid, path]) => ({ mode: mode!, oid: oid!, path: checkPath(path!, commit) }),
  );
}

/** Everything in a commit's tree. A path that could leave its place is refused here, for all who list. */
export function listTree(dir: string, commit: string): Promise<readonly Entry[]> {
  return list(dir, commit, '-r');
}

/** What a commit has at these paths, by path. */
export async function entriesAt(
  dir: string,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Entry>> {
  const literal = paths.map((path) => `:(literal)${path}`);
  // Asked of no path, git lists the root.
  const entries = paths.length === 0 ? [] : await list(dir, commit, '--', ...literal);
  return new Map(entries.map((entry) => [entry.path, entry]));
}

export const isFile = ({ mode }: Pick<Entry, 'mode'>): boolean => mode.startsWith('100');
