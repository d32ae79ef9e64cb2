import type { SourceFile } from '../source/file.js';
import { matching } from '../source/locate.js';
import type { SourceTree } from '../source/tree.js';

/** A tree that carries one folder of its repository, and notes what was asked of it. */
export class AskedTree implements SourceTree {
  /** True once something was asked for that may be outside of the folder: an answer would be a guess. */
  outside = false;
  /** Files that were read, with what was there. */
  readonly files = new Map<string, string | undefined>();

  constructor(
    readonly below: SourceTree,
    /** The folder with its slash, `vllm/`; undefined where the tree carries all that there is. */
    readonly folder: string | undefined,
  ) {}

  paths(): Promise<readonly string[]> {
    return this.below.paths();
  }

  async read(path: string): Promise<SourceFile | undefined> {
    const file = await this.below.read(path);
    if (this.folder !== undefined && !path.startsWith(this.folder)) this.outside = true;
    this.files.set(path, file?.text);
    return file;
  }

  /** A pattern is inside of the folder where it says so itself: `^vllm\/…`. */
  async matching(pattern: RegExp): Promise<readonly string[]> {
    const inside =
      this.folder === undefined || pattern.source.startsWith(`^${this.folder.replace('/', '\\/')}`);
    if (!inside) this.outside = true;
    return matching(this.below, pattern);
  }
}
