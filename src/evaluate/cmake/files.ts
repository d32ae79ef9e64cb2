import type { SourceFile } from '../../source/file.js';
import { collapse } from './path.js';

/** Where the evaluated tree seems to lie. */
export const ROOT = '/source';

/** The only files that there are for the evaluated CMake: those of the tree that it was given. */
export class Files {
  readonly #texts = new Map<string, string>();
  readonly #folders = new Set<string>();

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
    return path === '' || path.endsWith('/') ? undefined : this.#texts.get(collapse(path, ROOT));
  }

  isFolder(path: string): boolean {
    return path !== '' && this.#folders.has(collapse(path, ROOT));
  }

  exists(path: string): boolean {
    return this.read(path) !== undefined || this.isFolder(path);
  }
}

/** A path as the tree names it; undefined for what is not of the tree. */
export const treePath = (path: string): string | undefined =>
  path.startsWith(`${ROOT}/`) ? path.slice(ROOT.length + 1) : undefined;
