import { join } from 'node:path';
import { withFile } from '../binary/bytes.js';
import { type Holdings, holdings } from '../binary/holds.js';
import { type Library, readLibrary } from '../binary/library.js';
import { FolderTree } from '../tree/folder-tree.js';
import type { InstalledPackage } from './package.js';

/** What the compiled libraries of a package hold for GB10; undefined where it has none with device code. */
export async function holdingsOf({ dir }: Pick<InstalledPackage, 'dir'>): Promise<Holdings | undefined> {
  const paths = (await new FolderTree(dir).paths()).filter((path) => /\.so(?:\.\d+)*$/.test(path));
  const found: Library[] = [];
  for (const path of paths) {
    const library = await withFile(join(dir, path), (source) => readLibrary(path, source));
    if (library) found.push(library);
  }
  return found.length === 0 ? undefined : holdings(found);
}
