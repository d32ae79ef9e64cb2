import { constants } from 'node:fs';
import { access, link, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../failure.js';
import { type GitOptions, git } from '../tree/git.js';

/** The few things that applying does to a disk. A test replaces it, and fails at the n-th step. */
export interface Disk {
  /** The bytes as latin-1, or undefined where there is no such file. A link or a pipe is a `tree` Failure. */
  read(path: string): Promise<string | undefined>;
  /** Writes a new file, never through a link, and waits until it is on the disk. */
  write(path: string, text: string, mode: number): Promise<void>;
  /** Renames, and waits until the folder's entry is on the disk. */
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name. False where that name is taken. */
  link(from: string, to: string): Promise<boolean>;
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** A git command that writes the index or a ref. */
  git(dir: string, args: readonly string[], options?: GitOptions): Promise<void>;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Neither followed, where it is a link, nor waited for, where it is a pipe. */
const PLAIN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The text of a regular file; undefined where there is none. Anything else there is a `tree` Failure. */
export async function readPlain(
  path: string,
  encoding: 'latin1' | 'utf8' = 'latin1',
): Promise<string | undefined> {
  const odd = () => new Failure('tree', `${path} is no regular file`, { next: 'look at it, and remove it' });
  try {
    const file = await open(path, PLAIN);
    try {
      if (!(await file.stat()).isFile()) throw odd();
      return (await file.readFile()).toString(encoding);
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw code === 'ELOOP' || code === 'ENXIO' ? odd() : error;
  }
}

export const realDisk: Disk = {
  read: (path) => readPlain(path),
  async write(path, text, mode) {
    await rm(path, { force: true });
    const file = await open(path, 'wx', mode);
    try {
      await file.writeFile(text, 'latin1');
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  async rename(from, to) {
    await rename(from, to);
    await syncFolder(dirname(to));
  },
  async link(from, to) {
    try {
      await link(from, to);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  },
  async remove(path) {
    await rm(path, { force: true });
  },
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
  async git(dir, args, options) {
    await git(dir, args, options);
  },
};

/** Writes a file that is whole or not there: a draft first, then its name. */
export async function writeSafely(disk: Disk, path: string, text: string, mode = 0o644): Promise<void> {
  await disk.write(`${path}.tmp`, text, mode);
  await disk.rename(`${path}.tmp`, path);
}

/** Permission bits of a file, or those of a new one. */
export async function modeOf(path: string): Promise<number> {
  const info = await lstat(path).catch(() => undefined);
  return info ? info.mode & 0o777 : 0o644;
}

/** True where the process may write to an existing path. */
export async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
