import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Failure } from '../failure.js';
import { faultOfPath } from '../source/path.js';
import { pathBelow } from '../tree/disk-path.js';
import { git } from '../tree/git.js';
import { isWritable } from './disk.js';

/** A folder that edits are written to. */
export interface TreeRoot {
  /** With links resolved. */
  readonly dir: string;
  /** Where lock, journal, backups and receipt are: inside `.git`, else `.dgx-patch`. */
  readonly state: string;
  readonly isGit: boolean;
  /** git's index, in a checkout. */
  readonly index: string | undefined;
}

async function realFolder(dir: string): Promise<string> {
  const info = await stat(dir).catch(() => undefined);
  if (!info?.isDirectory()) {
    throw new Failure('tree', `${dir} is not a folder`, { next: 'give an existing checkout with --dir' });
  }
  return realpath(dir);
}

/** The state folder. Where a link or a file has its name, what we write there would land elsewhere. */
export async function ownFolder(state: string): Promise<string> {
  for (const path of [state, join(state, 'backup')]) {
    const info = await lstat(path).catch(() => undefined);
    if (info && !info.isDirectory()) {
      throw new Failure('tree', `${path} is no folder`, { next: 'look at it, and remove it' });
    }
  }
  return state;
}

const MAKE_ONE = 'clone the target there, or let dgx-patch make a checkout with --out';

/** A git checkout's root. Anything else is a `tree` Failure; `next` is what to do where it is no checkout. */
export async function openCheckout(dir: string, next = MAKE_ONE): Promise<TreeRoot> {
  const real = await realFolder(dir);
  const asked = ['rev-parse', '--show-toplevel', '--git-path', 'dgx-patch', '--git-path', 'index'];
  const { code, stdout } = await git(real, asked, { accept: [128] });
  if (code !== 0) {
    throw new Failure('tree', `${dir} is not a git checkout`, {
      next,
    });
  }
  // Two paths below .git are the last lines: the folder's own name may hold a line break.
  const lines = stdout.toString('utf8').replace(/\n$/, '').split('\n');
  const [state, index] = lines.splice(-2).map((place) => resolve(real, place));
  const top = await realpath(lines.join('\n'));
  if (top !== real) {
    throw new Failure('tree', `${dir} is a folder inside the git checkout ${top}`, {
      next: `use --dir ${top}`,
    });
  }
  return { dir: real, state: await ownFolder(state!), isGit: true, index };
}

/** A folder without git: an installed package. */
export async function openFolder(dir: string): Promise<TreeRoot> {
  const real = await realFolder(dir);
  const state = await ownFolder(join(real, '.dgx-patch'));
  return { dir: real, state, isGit: false, index: undefined };
}

/** True where a folder, with links resolved, is of the tree: below it, and neither git's nor our own. */
function isReachable({ dir, state }: TreeRoot, real: string): boolean {
  const path = relative(dir, real);
  if (path === '') return true;
  return faultOfPath(path) === undefined && real !== state && !real.startsWith(state + sep);
}

/** The absolute path of a file below the root; a `tree` Failure where a link leads out, or it cannot be written. */
export async function safePath(root: TreeRoot, path: string): Promise<string> {
  const full = pathBelow(root.dir, path);
  let folder = dirname(full);
  while (folder.startsWith(root.dir) && !(await stat(folder).catch(() => undefined)))
    folder = dirname(folder);
  const real = await realpath(folder);
  const info = await lstat(full).catch(() => undefined);
  if (!isReachable(root, real) || info?.isSymbolicLink()) {
    throw new Failure('tree', `${path} leaves the tree through a symbolic link`, {
      why: 'a folder or the file itself is a link',
      next: 'replace the link by what it points to, or leave that fix out with --skip',
    });
  }
  if (!(await isWritable(real)) || (info && !(await isWritable(full)))) {
    throw new Failure('tree', `${path} cannot be written`, { next: `check the permissions of ${real}` });
  }
  return full;
}
