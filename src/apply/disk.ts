import { constants } from 'node:fs';
import { access, lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type GitOptions, git } from '../tree/git.js';

/** The few things that applying does to a disk. A test replaces it, and fails at the n-th step. */
export interface Disk {
  /** The bytes as latin-1, or undefined where there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** Writes a new file and waits until it is on the disk. */
  write(path: string, text: string, mode: number): Promise<void>;
  /** Renames, and waits until the folder's entry is on the disk. */
  rename(from: string, to: string): Promise<void>;
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

export const realDisk: Disk = {
  async read(path) {
    try {
      return (await readFile(path)).toString('latin1');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  },
  async write(path, text, mode) {
    const file = await open(path, 'w', mode);
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
