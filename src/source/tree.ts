import type { SourceFile } from './file.js';

/** Read-only view of a target's files. */
export interface SourceTree {
  /** The file, or undefined where the tree has none (or only a link or an absent object). */
  read(path: string): Promise<SourceFile | undefined>;
  /** All regular files, sorted, `/`-separated. */
  paths(): Promise<readonly string[]>;
  /** The paths that match, for trees that note what was asked; see `matching` in locate.ts. */
  matching?(pattern: RegExp): Promise<readonly string[]>;
}
