import type { SourceFile } from '../source/file.js';
import { checkPath } from '../source/path.js';
import type { SourceTree } from '../source/tree.js';
import { FolderTree } from './folder-tree.js';
import { git } from './git.js';

/** A checkout's files: the paths of its index, the bytes of its work tree. */
export class WorkTree implements SourceTree {
  readonly #folder: FolderTree;
  #paths: Promise<readonly string[]> | undefined;

  constructor(readonly dir: string) {
    this.#folder = new FolderTree(dir);
  }

  paths(): Promise<readonly string[]> {
    this.#paths ??= this.#list();
    return this.#paths;
  }

  async #list(): Promise<readonly string[]> {
    const { stdout } = await git(this.dir, ['ls-files', '-s', '-z']);
    return stdout
      .toString('utf8')
      .split('\0')
      .flatMap((row) => /^100\d{3} [0-9a-f]+ 0\t(.*)$/s.exec(row)?.[1] ?? [])
      .map((path) => checkPath(path, this.dir));
  }

  read(path: string): Promise<SourceFile | undefined> {
    return this.#folder.read(path);
  }
}
