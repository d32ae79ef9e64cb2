import { join } from 'node:path';
import type { SourceFile } from '../source/file.js';
import type { SourceTree } from '../source/tree.js';
import { FolderTree } from '../tree/folder-tree.js';
import type { InstalledPackage } from './package.js';
import type { PackageKind } from './packages.js';

/** The files of an installed package, named as in its repository, and its metadata. */
export class InstalledTree implements SourceTree {
  readonly #folder: FolderTree;
  /** `vllm/`. */
  readonly #prefix: string;

  constructor(readonly found: Pick<InstalledPackage, 'dir' | 'kind' | 'site' | 'info'>) {
    const { dir, kind } = found;
    this.#folder = new FolderTree(dir);
    this.#prefix = `${kind.folder}/`;
  }

  async paths(): Promise<readonly string[]> {
    return (await this.#folder.paths()).map((path) => this.#prefix + path);
  }

  async read(path: string): Promise<SourceFile | undefined> {
    const { kind, site, info } = this.found;
    if (path === kind.metadata) return new FolderTree(join(site, info)).read(path);
    if (!path.startsWith(this.#prefix)) return undefined;
    const file = await this.#folder.read(path.slice(this.#prefix.length));
    return file && { path, text: file.text };
  }
}

/** An installed package over the source tree of its commit: what is installed counts, below its folder. */
export class CompletedTree implements SourceTree {
  readonly kind: PackageKind;
  readonly #prefix: string;

  constructor(
    readonly installed: InstalledTree,
    readonly source: SourceTree,
  ) {
    this.kind = installed.found.kind;
    this.#prefix = `${this.kind.folder}/`;
  }

  async paths(): Promise<readonly string[]> {
    const [own, all] = await Promise.all([this.installed.paths(), this.source.paths()]);
    return [...own, ...all.filter((path) => !path.startsWith(this.#prefix))].sort();
  }

  read(path: string): Promise<SourceFile | undefined> {
    const isInstalled = path.startsWith(this.#prefix) || path === this.kind.metadata;
    return (isInstalled ? this.installed : this.source).read(path);
  }
}
