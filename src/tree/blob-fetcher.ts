import { git } from './git.js';

/**
 * Brings blobs that a partial repository lacks: all that are asked for in one turn of the event loop with
 * one fetch. (Left to itself, git fetches each on its own when it is read.)
 */
export class BlobFetcher {
  readonly #asked = new Map<string, Promise<void>>();
  #present: Promise<ReadonlySet<string>> | undefined;
  #batch: { readonly oids: Set<string>; readonly done: Promise<void> } | undefined;

  constructor(readonly dir: string) {}

  /** Resolves when the blob is in the repository. Throws a Failure where the remote does not give it. */
  async ensure(oid: string): Promise<void> {
    this.#present ??= this.#list();
    if ((await this.#present).has(oid)) return;
    const known = this.#asked.get(oid);
    if (known) return known;
    const batch = this.#openBatch();
    batch.oids.add(oid);
    this.#asked.set(oid, batch.done);
    return batch.done;
  }

  async #list(): Promise<ReadonlySet<string>> {
    const args = ['cat-file', '--batch-all-objects', '--unordered', '--batch-check=%(objectname)'];
    return new Set((await git(this.dir, args)).stdout.toString('latin1').split('\n'));
  }

  #openBatch(): { oids: Set<string>; done: Promise<void> } {
    if (this.#batch) return this.#batch;
    const oids = new Set<string>();
    const done = new Promise(setImmediate).then(() => this.#fetch(oids));
    this.#batch = { oids, done };
    return this.#batch;
  }

  async #fetch(oids: ReadonlySet<string>): Promise<void> {
    this.#batch = undefined;
    // The options that git gives to its own fetch of a missing object.
    const options = [
      '--no-tags',
      '--no-write-fetch-head',
      '--recurse-submodules=no',
      '--filter=blob:none',
      '--stdin',
    ];
    await git(this.dir, ['-c', 'fetch.negotiationAlgorithm=noop', 'fetch', 'origin', ...options], {
      input: `${[...oids].join('\n')}\n`,
      network: true,
    });
  }
}
