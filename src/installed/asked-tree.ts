import type { SourceFile } from '../source/file.js';
import { matching, PYTHON } from '../source/locate.js';
import type { SourceTree } from '../source/tree.js';

/** What a tree of an installed package shows of its repository. */
export interface View {
  /** The folder that is installed, `vllm/`; undefined where the package carries all sources that count. */
  readonly folder: string | undefined;
  /** A file beside that folder that the package carries as well. */
  readonly metadata?: string | undefined;
  /** True where the rest is there as well, from the source of the revision. */
  readonly complete: boolean;
}

/** A tree that carries one folder of its repository, and notes what was asked of it. */
export class AskedTree implements SourceTree {
  /** True once something was asked for that may be outside of the folder: an answer would be a guess. */
  outside = false;
  /** Files that were read, with what was there. */
  readonly files = new Map<string, string | undefined>();

  constructor(
    readonly below: SourceTree,
    readonly view: View,
  ) {}

  paths(): Promise<readonly string[]> {
    return this.below.paths();
  }

  async read(path: string): Promise<SourceFile | undefined> {
    const file = await this.below.read(path);
    const { folder, metadata } = this.view;
    const inside = folder === undefined || path.startsWith(folder) || path === metadata;
    if (!inside) this.outside = true;
    this.files.set(path, file?.text);
    return file;
  }

  /**
   * A pattern is inside of the folder where it says so itself: `^vllm\/…`. The search for a file that moved is, too:
   * Python that the product runs is nowhere else.
   */
  async matching(pattern: RegExp): Promise<readonly string[]> {
    const { folder } = this.view;
    const own = (name: string) => pattern.source.startsWith(`^${name.replace('/', '\\/')}`);
    const inside = folder === undefined || own(folder) || pattern.source === PYTHON.source;
    if (!inside) this.outside = true;
    return matching(this.below, pattern);
  }
}
