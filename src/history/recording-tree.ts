import type { SourceFile } from '../source/file.js';
import type { SourceTree } from '../source/tree.js';
import { fingerprintOf } from './fingerprint.js';

/** What a judge looked at, and what it saw there. */
export interface Reads {
  /** Path and blob id; an empty id where there was no file. */
  readonly files: readonly (readonly [path: string, id: string])[];
  /** Source and flags of a pattern, and the digest of the paths that matched. */
  readonly listings: readonly (readonly [source: string, flags: string, digest: string])[];
}

/** A tree that notes what is read of it. */
export class RecordingTree implements SourceTree {
  readonly #files = new Map<string, string>();
  readonly #listings = new Map<string, readonly [string, string, string]>();

  constructor(readonly tree: SourceTree) {}

  async read(path: string): Promise<SourceFile | undefined> {
    const [file, id] = await Promise.all([this.tree.read(path), fingerprintOf(this.tree).id(path)]);
    this.#files.set(path, id);
    return file;
  }

  /** Every path: what follows then depends on the whole tree. */
  paths(): Promise<readonly string[]> {
    return this.matching(/(?:)/);
  }

  async matching(pattern: RegExp): Promise<readonly string[]> {
    const { paths, digest } = await fingerprintOf(this.tree).listing(pattern);
    this.#listings.set(String(pattern), [pattern.source, pattern.flags, digest]);
    return paths;
  }

  reads(): Reads {
    return { files: [...this.#files], listings: [...this.#listings.values()] };
  }
}

/** True where a judge that looked at `reads` would see the very same in this tree. */
export async function seesTheSame(tree: SourceTree, reads: Reads): Promise<boolean> {
  const fingerprint = fingerprintOf(tree);
  for (const [path, id] of reads.files) {
    if ((await fingerprint.id(path)) !== id) return false;
  }
  for (const [source, flags, digest] of reads.listings) {
    if ((await fingerprint.listing(new RegExp(source, flags))).digest !== digest) return false;
  }
  return true;
}
