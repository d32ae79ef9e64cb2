import { hasContent } from '../source/content.js';
import type { Edit } from '../source/edits.js';
import { byPath, editFile } from '../source/edits.js';
import type { SourceFile } from '../source/file.js';
import { holding, matching } from '../source/locate.js';
import type { SourceTree, Where } from '../source/tree.js';

const isIn = (where: Where, path: string): boolean =>
  where instanceof RegExp ? where.test(path) : where.includes(path);

/** A tree with edits laid over it; the tree below stays as it is. */
export class OverlayTree implements SourceTree {
  /** By path, in the order given. */
  readonly byPath: ReadonlyMap<string, readonly Edit[]>;
  /** Paths of edited and created files, sorted. */
  readonly changed: readonly string[];
  /** Paths of created files, sorted. */
  readonly created: readonly string[];

  constructor(
    readonly below: SourceTree,
    readonly edits: readonly Edit[],
  ) {
    this.byPath = byPath(edits);
    this.changed = [...this.byPath.keys()].sort();
    this.created = this.changed.filter((path) => this.byPath.get(path)!.some((edit) => edit.create));
  }

  async paths(): Promise<readonly string[]> {
    const paths = await this.below.paths();
    const { created } = this;
    return created.length === 0 ? paths : [...new Set([...paths, ...created])].sort();
  }

  async matching(pattern: RegExp): Promise<readonly string[]> {
    const paths = await matching(this.below, pattern);
    const created = this.created.filter((path) => pattern.test(path));
    return created.length === 0 ? paths : [...new Set([...paths, ...created])].sort();
  }

  /** Asks the tree below, and looks itself into the edited files only. */
  async holding(where: Where, content: RegExp): Promise<readonly SourceFile[]> {
    const found = await holding(this.below, where, content);
    const edited = this.changed.filter((path) => isIn(where, path));
    if (edited.length === 0) return found;
    const files = new Map(found.map((file) => [file.path, file]));
    for (const path of edited) {
      const file = await this.read(path);
      if (file && hasContent(file.text, content)) files.set(path, file);
      else files.delete(path);
    }
    const paths = where instanceof RegExp ? [...files.keys()].sort() : where;
    return paths.flatMap((path) => files.get(path) ?? []);
  }

  async read(path: string): Promise<SourceFile | undefined> {
    const file = await this.below.read(path);
    const edits = this.byPath.get(path);
    if (!edits) return file;
    return { path, text: edited(file?.text, edits) };
  }
}

interface Made {
  readonly before: string | undefined;
  readonly edits: readonly Edit[];
  readonly after: string;
}

/** By the first edit: what was made last. Many trees that are judged at once have the same edits. */
const made = new Map<Edit, Made>();
const KEPT = 64;

/** `editFile`, once for the same edits of the same text. */
function edited(before: string | undefined, edits: readonly Edit[]): string {
  const first = edits[0]!;
  const last = made.get(first);
  const same = last?.edits.length === edits.length && edits.every((edit, at) => edit === last.edits[at]);
  if (last && same && last.before === before) return last.after;
  const after = editFile(before, edits);
  made.delete(first);
  made.set(first, { before, edits, after });
  const [oldest] = made.keys();
  if (made.size > KEPT) made.delete(oldest!);
  return after;
}
