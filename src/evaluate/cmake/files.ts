import type { SourceFile } from '../../source/file.js';
import { collapse } from './path.js';

/** Where the evaluated tree seems to lie. */
export const ROOT = '/source';

/** The only files that there are for the evaluated CMake: those of the tree that it was given. */
export class Files {
  readonly #texts = new Map<string, string>();
  readonly #folders = new Set<string>();
  /** What was asked: the text of a file, undefined where there is none, and whether a folder is there. */
  readonly #read = new Map<string, string | undefined>();
  readonly #looked = new Map<string, boolean>();

  constructor(files: readonly SourceFile[]) {
    for (const { path, text } of files) this.#add(`${ROOT}/${path}`, text);
  }

  #add(path: string, text: string): void {
    this.#texts.set(path, text);
    for (let end = path.lastIndexOf('/'); end >= 0; end = path.lastIndexOf('/', end - 1)) {
      this.#folders.add(path.slice(0, end) || '/');
      if (end === 0) break;
    }
  }

  /** The text, or undefined where there is no such file. A relative path is one from the root of the tree. */
  read(path: string): string | undefined {
    if (path === '' || path.endsWith('/')) return undefined;
    const whole = collapse(path, ROOT);
    const text = this.#texts.get(whole);
    this.#read.set(whole, text);
    return text;
  }

  isFolder(path: string): boolean {
    if (path === '') return false;
    const whole = collapse(path, ROOT);
    const there = this.#folders.has(whole);
    this.#looked.set(whole, there);
    return there;
  }

  /** True where `other` answers all that was asked here in the same way: an evaluation sees no difference. */
  looksLike(other: Files): boolean {
    for (const [path, text] of this.#read) if (other.#texts.get(path) !== text) return false;
    for (const [path, there] of this.#looked) if (other.#folders.has(path) !== there) return false;
    return true;
  }

  exists(path: string): boolean {
    return this.read(path) !== undefined || this.isFolder(path);
  }
}

/** A path as the tree names it; undefined for what is not of the tree. */
export const treePath = (path: string): string | undefined =>
  path.startsWith(`${ROOT}/`) ? path.slice(ROOT.length + 1) : undefined;
