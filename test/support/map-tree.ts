import type { SourceTree } from '../../src/source/tree.js';

/** A tree of a few files, by path and text. */
export function mapTree(files: Readonly<Record<string, string>>): SourceTree {
  return {
    read: async (path) => (files[path] === undefined ? undefined : { path, text: files[path] }),
    paths: async () => Object.keys(files).sort(),
  };
}
