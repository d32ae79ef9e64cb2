import type { SourceFile } from './file.js';

/** Where files are looked for: paths that match, or these very paths. */
export type Where = RegExp | readonly string[];

/** Read-only view of a target's files. */
export interface SourceTree {
  /** The file, or undefined where the tree has none (or only a link or an absent object). */
  read(path: string): Promise<SourceFile | undefined>;
  /** All regular files, sorted, `/`-separated. */
  paths(): Promise<readonly string[]>;
  /** The files there that hold `content`, for trees that note what was asked; see `holding` in locate.ts. */
  holding?(where: Where, content: RegExp): Promise<readonly SourceFile[]>;
  /** The paths that match, for trees that note what was asked; see `matching` in locate.ts. */
  matching?(pattern: RegExp): Promise<readonly string[]>;
}
