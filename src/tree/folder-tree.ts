import { readdir, readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { SourceFile, SourceTree } from '../codemod/types.js';

const SKIPPED = new Set(['.git', 'node_modules', '__pycache__', '.dgx-patch']);

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
      else if (entry.isFile()) found.push(path);
    }
    return below === '' ? found.sort() : found;
  }

  async read(path: string): Promise<SourceFile | undefined> {
    this.#root ??= realpath(this.dir);
    try {
      // A folder on the way may be a link that leaves the tree: such a file is not the tree's.
      const real = await realpath(join(this.dir, path));
      if (!real.startsWith((await this.#root) + sep)) return undefined;
      return { path, text: (await readFile(real)).toString('latin1') };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
      throw error;
    }
  }
}
