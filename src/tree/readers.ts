import { ObjectReader, type Objects } from './object-reader.js';

/** One `git cat-file` a repository, for however many trees are read of it. */
export class Readers {
  readonly #open = new Map<string, ObjectReader>();

  /** The repository's objects. Closing what is returned ends nothing: others read through it. */
  open(dir: string): Objects {
    let reader = this.#open.get(dir);
    if (!reader) {
      reader = new ObjectReader(dir);
      this.#open.set(dir, reader);
    }
    const shared = reader;
    return { read: (name) => shared.read(name), close: () => {} };
  }

  /** Ends the processes. */
  close(): void {
    for (const reader of this.#open.values()) reader.close();
    this.#open.clear();
  }
}
