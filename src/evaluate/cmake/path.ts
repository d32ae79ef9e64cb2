import { fail } from './error.js';

/** Paths, as CMake takes them apart; nothing is looked up. */

/** Absolute and without `.`, `..`, and doubled slashes; a relative path is one below `base`. */
export function collapse(path: string, base: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Forward slashes and none at the end; doubled ones become one, unless they stand in front or were backslashes. */
export function unixSlashes(path: string): string {
  if (path.startsWith('~')) fail(`the path ${path} of a home folder is not evaluated`);
  const slashes = path.replaceAll('\\', '/');
  const single = path.includes('//', 1) ? slashes.replaceAll('//', '/') : slashes;
  const drive = single.length === 3 && single[1] === ':';
  return single.length > 1 && single.endsWith('/') && !drive ? single.slice(0, -1) : single;
}

export function folderOf(path: string): string {
  const unix = unixSlashes(path);
  const slash = unix.lastIndexOf('/');
  // The root of the tree, or of a drive, is a folder of its own.
  const root = slash === 0 || (slash === 2 && unix[1] === ':');
  return slash < 0 ? '' : unix.slice(0, root ? slash + 1 : slash);
}

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The part of the name before a dot, and from it on: the first dot, or the last one. */
export function splitName(path: string, dot: 'first' | 'last'): readonly [stem: string, extension: string] {
  const name = nameOf(path);
  const at = dot === 'first' ? name.indexOf('.') : name.lastIndexOf('.');
  return at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at)];
}
