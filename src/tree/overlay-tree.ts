import type { Edit } from '../source/edits.js';
import { byPath, editFile } from '../source/edits.js';
import type { SourceFile } from '../source/file.js';
import type { SourceTree } from '../source/tree.js';

/** A tree with edits laid over it; the tree below stays as it is. */
export class OverlayTree implements SourceTree {
  readonly #edits: Map<string, Edit[]>;

  constructor(
    readonly below: SourceTree,
    edits: readonly Edit[],
  ) {
    this.#edits = byPath(edits);
  }

  /** Paths of edited and created files, sorted. */
  get changed(): readonly string[] {
    return [...this.#edits.keys()].sort();
  }

  /** Paths of created files, sorted. */
  get created(): readonly string[] {
    return this.changed.filter((path) => this.#edits.get(path)!.some((edit) => edit.create));
  }

  async paths(): Promise<readonly string[]> {
    const paths = await this.below.paths();
    const { created } = this;
    return created.length === 0 ? paths : [...new Set([...paths, ...created])].sort();
  }

  async read(path: string): Promise<SourceFile | undefined> {
    const file = await this.below.read(path);
    const edits = this.#edits.get(path);
    if (!edits) return file;
    return { path, text: editFile(file?.text, edits) };
  }
}
