import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.js';
import { pathBelow } from '../tree/disk-path.js';

/** One small file of the build context. */
export interface ContextFile {
  readonly path: string;
  readonly text: string;
  readonly executable?: boolean;
}

export interface LockedFile {
  readonly path: string;
  readonly sha256: string;
  readonly executable: boolean;
}

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** An empty or new folder for a context. One that holds something is a `tree` Failure: it may be the user's. */
export async function emptyFolder(dir: string): Promise<void> {
  const info = await stat(dir).catch(() => undefined);
  if (info && (!info.isDirectory() || (await readdir(dir)).length > 0)) {
    throw new Failure('tree', `${dir} is not an empty folder`, { next: 'name a new folder' });
  }
  await mkdir(dir, { recursive: true });
}

/** Writes the files, with modes that do not depend on the umask. */
export async function writeFiles(dir: string, files: readonly ContextFile[]): Promise<void> {
  for (const file of files) {
    const path = pathBelow(dir, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.text);
  }
}

async function* below(dir: string, path = ''): AsyncGenerator<{ path: string; isFolder: boolean }> {
  const entries = await readdir(join(dir, path), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const at = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) yield* below(dir, at);
    yield { path: at, isFolder: entry.isDirectory() };
  }
}

/** Every file of the folder with its hash, sorted by path. */
export async function lockFiles(dir: string, executable: ReadonlySet<string>): Promise<LockedFile[]> {
  const locked: LockedFile[] = [];
  for await (const { path, isFolder } of below(dir)) {
    if (isFolder) continue;
    locked.push({ path, sha256: sha256(await readFile(join(dir, path))), executable: executable.has(path) });
  }
  return locked.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Gives every file and folder one time and plain modes, so that a context is the same bytes anywhere. */
export async function settle(dir: string, executable: ReadonlySet<string>, seconds: number): Promise<void> {
  for await (const { path, isFolder } of below(dir)) {
    await chmod(join(dir, path), isFolder || executable.has(path) ? 0o755 : 0o644);
    await utimes(join(dir, path), seconds, seconds);
  }
  await utimes(dir, seconds, seconds);
}
