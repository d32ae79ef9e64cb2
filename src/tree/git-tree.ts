import type { SourceFile } from '../source/file.js';
import { checkSize } from '../source/limits.js';
import type { SourceTree } from '../source/tree.js';
import type { BlobFetcher } from './blob-fetcher.js';
import type { TreeEntry } from './folders.js';
import { isFile, listTree } from './listing.js';
import { ObjectReader, type Objects } from './object-reader.js';

export type { TreeEntry } from './folders.js';

/** A commit's files, read from the object store: no checkout. */
export class GitTree implements SourceTree {
  readonly #reader: Objects;
  readonly #files = new Map<string, Promise<SourceFile | undefined>>();
  #entries: Promise<ReadonlyMap<string, TreeEntry>> | undefined;

  constructor(
    readonly dir: string,
    readonly commit: string,
    reader?: Objects,
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
    // One process is faster than asking for every folder of the whole tree.
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
    const text = await this.blob(entry.oid, path);
    return text === undefined ? undefined : { path, text };
  }

  /**
   * The text of a blob, fetched where the repository is partial; undefined where it has none of that id. What is
   * too large to be judged is named by `path`.
   */
  async blob(oid: string, path = oid): Promise<string | undefined> {
    return (await this.bytes(oid, path))?.toString('latin1');
  }

  /** The same, as bytes. */
  async bytes(oid: string, path = oid): Promise<Buffer | undefined> {
    await this.fetcher?.ensure(oid);
    const object = await this.#reader.read(oid, (size) => checkSize(path, size));
    return object?.type === 'blob' ? object.bytes : undefined;
  }

  /** Its objects, for who reads other trees of the repository as well. */
  get objects(): Objects {
    return this.#reader;
  }

  /** Ends the reader, and lets go of what was read. */
  close(): void {
    this.#files.clear();
    this.#entries = undefined;
    this.#reader.close();
  }
}
