import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { Failure } from '../failure.js';
import { git, gitText } from '../tree/git.js';
import { isWritable } from './disk.js';

/** A folder that edits are written to. */
export interface TreeRoot {
  /** With links resolved. */
  readonly dir: string;
  /** Where lock, journal, backups and receipt are: inside `.git`, else `.dgx-patch`. */
  readonly state: string;
  readonly isGit: boolean;
}

async function realFolder(dir: string): Promise<string> {
  const info = await stat(dir).catch(() => undefined);
  if (!info?.isDirectory()) {
    throw new Failure('tree', `${dir} is not a folder`, { next: 'give an existing checkout with --dir' });
  }
  return realpath(dir);
}

/** A git checkout's root. Anything else is a `tree` Failure. */
export async function openCheckout(dir: string): Promise<TreeRoot> {
  const real = await realFolder(dir);
  const { code, stdout } = await git(real, ['rev-parse', '--show-toplevel'], { accept: [128] });
  if (code !== 0) {
    throw new Failure('tree', `${dir} is not a git checkout`, {
      next: 'clone the target there, or let dgx-patch make a checkout with --out',
    });
  }
  const top = await realpath(stdout.toString('utf8').replace(/\n$/, ''));
  if (top !== real) {
    throw new Failure('tree', `${dir} is a folder inside the git checkout ${top}`, {
      next: `use --dir ${top}`,
    });
  }
  const state = resolve(real, await gitText(real, ['rev-parse', '--git-path', 'dgx-patch']));
  return { dir: real, state, isGit: true };
}

/** A folder without git: an installed package. */
export async function openFolder(dir: string): Promise<TreeRoot> {
  const real = await realFolder(dir);
  return { dir: real, state: join(real, '.dgx-patch'), isGit: false };
}

/** The absolute path of a file below the root; a `tree` Failure where a link leads out, or it cannot be written. */
export async function safePath(root: TreeRoot, path: string): Promise<string> {
  const full = join(root.dir, path);
  let folder = dirname(full);
  while (folder.startsWith(root.dir) && !(await stat(folder).catch(() => undefined)))
    folder = dirname(folder);
  const real = await realpath(folder);
  const inside = real === root.dir || real.startsWith(root.dir + sep);
  const info = await lstat(full).catch(() => undefined);
  if (!inside || path.split('/').includes('..') || info?.isSymbolicLink()) {
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
