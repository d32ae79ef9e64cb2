import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Receipt, receiptPath } from '../apply/receipt.js';
import { TAR_END, type TarEntry, tarEntry } from '../container/tar-entry.js';
import { type InstalledPackage, rootOf } from '../installed/package.js';
import type { ImageFiles } from './files.js';

/** A package of the image's files that fixes were applied to. */
export interface PatchedPackage {
  readonly found: InstalledPackage;
  readonly receipt: Receipt;
}

const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

/** Gives the receipt the name of what it says: chance would make another layer of the same input. */
export async function settleReceipt({ found, receipt }: PatchedPackage): Promise<void> {
  const { id: _, ...said } = receipt;
  const id = createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32);
  await writeFile(receiptPath(rootOf(found)), `${JSON.stringify({ ...said, id }, null, 2)}\n`);
}

async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Compiled forms of edited files, in the image: a layer cannot tell Python that they are gone. */
function bytecodeOf({ members }: ImageFiles, path: string): string[] {
  const folder = `${dirname(path)}/__pycache__/`;
  const stem = `${folder}${basename(path, '.py')}.`;
  return [...members.keys()].filter((name) => name.startsWith(stem) && name.endsWith('.pyc'));
}

/** Paths in the image that a package's patch writes, and the bytes there. */
async function written(files: ImageFiles, { found, receipt }: PatchedPackage): Promise<Map<string, Buffer>> {
  const root = rootOf(found);
  const site = root.dir.slice(files.dir.length + 1);
  const own = receipt.files.map(({ path }) => join(root.dir, path));
  const all = new Map<string, Buffer>();
  for (const file of [...own, ...(await filesBelow(root.state))]) {
    all.set(file.slice(files.dir.length + 1), await readFile(file));
  }
  // Python takes bytecode that is empty for none, and makes it anew.
  for (const { path } of receipt.files) {
    for (const name of bytecodeOf(files, `${site}/${path}`)) all.set(name, Buffer.alloc(0));
  }
  return all;
}

/** Folders that a file is written into, as far as the package reaches: they keep owner and mode. */
function foldersOf(
  paths: Iterable<string>,
  packages: readonly PatchedPackage[],
  files: ImageFiles,
): Set<string> {
  const sites = new Set(packages.map(({ found }) => found.site.slice(files.dir.length + 1)));
  const folders = new Set<string>();
  for (const path of paths) {
    for (let at = dirname(path); !sites.has(at) && at !== '.'; at = dirname(at)) folders.add(at);
  }
  return folders;
}

/**
 * The layer that holds the applied fixes, their receipts and backups: a tar, sorted, with the owners and modes of
 * the image and one time for all. The same image and the same fixes give the same bytes.
 */
export async function layerOf(
  files: ImageFiles,
  packages: readonly PatchedPackage[],
  created: string,
): Promise<Buffer> {
  const contents = new Map<string, Buffer>();
  for (const one of packages) for (const [path, data] of await written(files, one)) contents.set(path, data);
  const mtime = Math.max(0, Math.floor(Date.parse(created) / 1000)) || 0;
  /** Owner of what is there, else of the folder that it comes into. */
  const ownerOf = (path: string): { uid: number; gid: number } => {
    for (let at = path; at !== '.'; at = dirname(at)) {
      const member = files.members.get(at);
      if (member) return { uid: member.uid, gid: member.gid };
    }
    return { uid: 0, gid: 0 };
  };
  const entry = (path: string, data?: Buffer): TarEntry => ({
    path,
    type: data ? 'file' : 'folder',
    mode: files.members.get(path)?.mode ?? (data ? FILE_MODE : FOLDER_MODE),
    mtime,
    data: data ?? Buffer.alloc(0),
    ...ownerOf(path),
  });
  const entries = [
    ...[...foldersOf(contents.keys(), packages, files)].map((path) => entry(path)),
    ...[...contents].map(([path, data]) => entry(path, data)),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  return Buffer.concat([...entries.map(tarEntry), TAR_END]);
}
