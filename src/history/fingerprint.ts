import { createHash } from 'node:crypto';
import type { SourceTree } from '../source/tree.js';
import { blobId } from '../tree/blob-id.js';
import { GitTree } from '../tree/git-tree.js';
import { OverlayTree } from '../tree/overlay-tree.js';

export interface Listing {
  readonly paths: readonly string[];
  readonly digest: string;
}

/** What a tree holds, as ids: cheap to compare, and without reading a file where git knows its id. */
export interface Fingerprint {
  /** The blob id of a file, or the empty string where the tree has none. */
  id(path: string): Promise<string>;
  /** The paths that match, with their digest. */
  listing(pattern: RegExp): Promise<Listing>;
}

const known = new WeakMap<SourceTree, Fingerprint>();

/** The tree's fingerprint, made once a tree. */
export function fingerprintOf(tree: SourceTree): Fingerprint {
  let fingerprint = known.get(tree);
  if (!fingerprint) {
    fingerprint = new TreeFingerprint(tree);
    known.set(tree, fingerprint);
  }
  return fingerprint;
}

const listingOf = (paths: readonly string[]): Listing => ({
  paths,
  digest: createHash('sha1').update(paths.join('\0')).digest('hex'),
});

async function list(tree: SourceTree, pattern: RegExp): Promise<Listing> {
  if (!(tree instanceof OverlayTree)) {
    return listingOf((await tree.paths()).filter((path) => pattern.test(path)));
  }
  const below = await fingerprintOf(tree.below).listing(pattern);
  const created = tree.created.filter((path) => pattern.test(path));
  return created.length === 0 ? below : listingOf([...new Set([...below.paths, ...created])].sort());
}

async function idOf(tree: SourceTree, path: string): Promise<string> {
  if (tree instanceof GitTree) return (await tree.entries()).get(path)?.oid ?? '';
  if (tree instanceof OverlayTree && !tree.changed.includes(path)) return fingerprintOf(tree.below).id(path);
  const file = await tree.read(path);
  return file ? blobId(file.text) : '';
}

class TreeFingerprint implements Fingerprint {
  readonly #ids = new Map<string, Promise<string>>();
  readonly #listings = new Map<string, Promise<Listing>>();

  constructor(readonly tree: SourceTree) {}

  id(path: string): Promise<string> {
    return remember(this.#ids, path, () => idOf(this.tree, path));
  }

  listing(pattern: RegExp): Promise<Listing> {
    return remember(this.#listings, String(pattern), () => list(this.tree, pattern));
  }
}

function remember<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
