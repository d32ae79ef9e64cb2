import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFile } from '../source/file.js';
import { checkSize } from '../source/limits.js';
import { checkPath, faultOfPath } from '../source/path.js';
import type { SourceTree } from '../source/tree.js';
import { pathBelow } from './disk-path.js';

/** Folders that hold no source. */
export const SKIPPED: ReadonlySet<string> = new Set(['.git', 'node_modules', '__pycache__', '.dgx-patch']);

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP']);

/** A folder's files: a work tree, an installed package, a fixture. Links are not followed. */
export class FolderTree implements SourceTree {
  #paths: Promise<readonly string[]> | undefined;
  #root: Promise<string> | undefined;

  constructor(readonly dir: string) {}

  paths(): Promise<readonly string[]> {
    this.#paths ??= this.#walk('');
    return this.#paths;
  }

  async #walk(below: string): Promise<readonly string[]> {
    const entries = await readdir(join(this.dir, below), { withFileTypes: true });
    const found: string[] = [];
    for (const entry of entries) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) found.push(...(await this.#walk(path)));
      else if (entry.isFile()) found.push(checkPath(path, this.dir));
    }
    return below === '' ? found.sort() : found;
  }

  async read(path: string): Promise<SourceFile | undefined> {
    if (faultOfPath(path) !== undefined) return undefined;
    this.#root ??= realpath(this.dir);
    try {
      // Neither the file nor a folder on the way may be a link. What is no file (a pipe) is not waited for.
      const file = pathBelow(await this.#root, path);
      const info = await stat(file);
      if ((await realpath(file)) !== file || !info.isFile()) return undefined;
      checkSize(path, info.size);
      return { path, text: (await readFile(file)).toString('latin1') };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code && ABSENT.has(code)) return undefined;
      throw error;
    }
  }
}
