import { join } from 'node:path';
import { checkPath } from '../source/path.js';

/** Where a tree's path lies below a folder: the only way from one to the other. Throws as `checkPath` does. */
export function pathBelow(dir: string, path: string): string {
  return join(dir, checkPath(path, dir));
}
