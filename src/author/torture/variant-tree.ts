import type { SourceFile } from '../../source/file.js';
import type { SourceTree } from '../../source/tree.js';

/** A tree in which some files say something else, are new, or are gone (null). */
export class VariantTree implements SourceTree {
  readonly #changed: readonly string[];

  constructor(
    readonly base: SourceTree,
    readonly files: ReadonlyMap<string, string | null>,
  ) {
    this.#changed = [...files.keys()];
  }

  async read(path: string): Promise<SourceFile | undefined> {
    const text = this.files.get(path);
    if (text === null) return undefined;
    return text === undefined ? this.base.read(path) : { path, text };
  }

  async paths(): Promise<readonly string[]> {
    const paths = await this.base.paths();
    const kept = this.#changed.some((path) => this.files.get(path) === null)
      ? paths.filter((path) => this.files.get(path) !== null)
      : paths;
    const known = new Set(paths);
    const fresh = this.#changed.filter((path) => this.files.get(path) !== null && !known.has(path));
    return fresh.length === 0 ? kept : [...kept, ...fresh].sort();
  }
}
