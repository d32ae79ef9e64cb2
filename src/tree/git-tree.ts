import type { SourceFile } from '../source/file.js';
import { checkSize } from '../source/limits.js';
import type { SourceTree } from '../source/tree.js';
import type { BlobFetcher } from './blob-fetcher.js';
import { isFile, listTree } from './listing.js';
import { ObjectReader } from './object-reader.js';

export interface TreeEntry {
  readonly mode: string;
  readonly oid: string;
}

/** A commit's files, read from the object store: no checkout. */
export class GitTree implements SourceTree {
  readonly #reader: ObjectReader;
  readonly #files = new Map<string, Promise<SourceFile | undefined>>();
  #entries: Promise<ReadonlyMap<string, TreeEntry>> | undefined;

  constructor(
    readonly dir: string,
    readonly commit: string,
    reader?: ObjectReader,
    /** Given where the repository is partial. */
    readonly fetcher?: BlobFetcher,
  ) {
    this.#reader = reader ?? new ObjectReader(dir);
  }

  /** Mode and object id of every regular file. Links and submodules are not source. */
  entries(): Promise<ReadonlyMap<string, TreeEntry>> {
    this.#entries ??= this.#list();
    return this.#entries;
  }

  async #list(): Promise<ReadonlyMap<string, TreeEntry>> {
    const files = (await listTree(this.dir, this.commit)).filter(isFile);
    return new Map(files.map(({ path, mode, oid }) => [path, { mode, oid }]));
  }

  async paths(): Promise<readonly string[]> {
    return [...(await this.entries()).keys()];
  }

  read(path: string): Promise<SourceFile | undefined> {
    let file = this.#files.get(path);
    if (!file) {
      file = this.#read(path);
      this.#files.set(path, file);
    }
    return file;
  }

  async #read(path: string): Promise<SourceFile | undefined> {
    const entry = (await this.entries()).get(path);
    if (!entry) return undefined;
    await this.fetcher?.ensure(entry.oid);
    const object = await this.#reader.read(entry.oid, (size) => checkSize(path, size));
    return object?.type === 'blob' ? { path, text: object.bytes.toString('latin1') } : undefined;
  }

  /** Ends the reader, and lets go of what was read. */
  close(): void {
    this.#files.clear();
    this.#entries = undefined;
    this.#reader.close();
  }
}
