import { checkPath } from '../source/path.js';
import { git } from './git.js';

/** A row of a git tree. */
export interface Entry {
  /** As git writes it: 100644, 100755, 120000 (a link), 160000 (a submodule). */
  readonly mode: string;
  readonly oid: string;
  readonly path: string;
}

/** Everything in a commit's tree. A path that could leave its place is refused here, for all who list. */
export async function listTree(dir: string, commit: string): Promise<readonly Entry[]> {
  const { stdout } = await git(dir, ['ls-tree', '-r', '-z', '--full-tree', commit]);
  return [...stdout.toString('utf8').matchAll(/(\d+) \w+ ([0-9a-f]+)\t([^\0]*)\0/g)].map(
    ([, mode, oid, path]) => ({ mode: mode!, oid: oid!, path: checkPath(path!, commit) }),
  );
}

export const isFile = ({ mode }: Pick<Entry, 'mode'>): boolean => mode.startsWith('100');
