import type { SourceFile } from '../source/file.js';
import type { SourceTree } from '../source/tree.js';
import { FolderTree } from '../tree/folder-tree.js';
import type { InstalledPackage } from './package.js';

/** The files of an installed package, named as in its repository. */
export class InstalledTree implements SourceTree {
  readonly #folder: FolderTree;
  /** `vllm/`. */
  readonly #prefix: string;

  constructor({ dir, kind }: Pick<InstalledPackage, 'dir' | 'kind'>) {
    this.#folder = new FolderTree(dir);
    this.#prefix = `${kind.folder}/`;
  }

  async paths(): Promise<readonly string[]> {
    return (await this.#folder.paths()).map((path) => this.#prefix + path);
  }

  async read(path: string): Promise<SourceFile | undefined> {
    if (!path.startsWith(this.#prefix)) return undefined;
    const file = await this.#folder.read(path.slice(this.#prefix.length));
    return file && { path, text: file.text };
  }
}

/** An installed package over the source tree of its commit: what is installed counts, below its folder. */
export class CompletedTree implements SourceTree {
  readonly #prefix: string;

  constructor(
    readonly installed: InstalledTree,
    readonly source: SourceTree,
    { kind }: Pick<InstalledPackage, 'kind'>,
  ) {
    this.#prefix = `${kind.folder}/`;
  }

  async paths(): Promise<readonly string[]> {
    const [own, all] = await Promise.all([this.installed.paths(), this.source.paths()]);
    return [...own, ...all.filter((path) => !path.startsWith(this.#prefix))].sort();
  }

  read(path: string): Promise<SourceFile | undefined> {
    return (path.startsWith(this.#prefix) ? this.installed : this.source).read(path);
  }
}
