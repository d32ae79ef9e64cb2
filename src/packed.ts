import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from './cache-folder.js';
import { Failure } from './failure.js';

/** What `node:sea` gives: the assets inside a single executable, by name. */
export interface Store {
  getAsset(name: string): ArrayBuffer;
}

/** The names inside, and a digest of all of them with their bytes; the executable's builder writes it. */
export interface Contents {
  readonly digest: string;
  readonly names: readonly string[];
}

export const CONTENTS = 'contents.json';

/** Assets inside one file. Bytes come from there; what other programs must open is unpacked into the cache. */
export class Packed {
  readonly #store: Store;
  readonly #contents: Contents;

  constructor(store: Store) {
    this.#store = store;
    this.#contents = JSON.parse(this.bytes(CONTENTS).toString('utf8')) as Contents;
  }

  has(name: string): boolean {
    return this.#below(name).length > 0;
  }

  bytes(name: string): Buffer {
    return Buffer.from(this.#store.getAsset(name));
  }

  /** Unpacks a file or a folder. Returns its path; another release of the tool has its own. */
  path(name: string): string {
    const root = join(cacheFolder(), `assets-${this.#contents.digest.slice(0, 16)}`);
    for (const one of this.#below(name)) put(join(root, one), this.bytes(one));
    return join(root, name);
  }

  #below(name: string): string[] {
    return this.#contents.names.filter((one) => one === name || one.startsWith(`${name}/`));
  }
}

/** Writes a file unless it holds those bytes; whole or not at all, whoever else writes it. */
function put(path: string, bytes: Buffer): void {
  try {
    if (readFileSync(path).equals(bytes)) return;
  } catch {
    // It is not there yet.
  }
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, bytes);
    renameSync(`${path}.${process.pid}`, path);
  } catch (cause) {
    throw new Failure('unavailable', `${path} cannot be written: ${(cause as Error).message}`, {
      why: 'the cache is not writable, or its disk is full',
      next: 'name another folder for it: XDG_CACHE_HOME="$PWD/cache" dgx-patch …',
      cause,
    });
  }
}
