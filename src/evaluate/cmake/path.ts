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

/** Forward slashes, one at a time and none at the end. */
export function unixSlashes(path: string): string {
  const slashes = path.replace(/\\(?! )/g, '/').replace(/(?<!^)\/\/+/g, '/');
  return slashes.length > 1 ? slashes.replace(/\/$/, '') : slashes;
}

export function folderOf(path: string): string {
  const unix = unixSlashes(path);
  const slash = unix.lastIndexOf('/');
  return slash < 0 ? '' : unix.slice(0, slash || 1);
}

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The part of the name before a dot, and from it on: the first dot, or the last one. */
export function splitName(path: string, dot: 'first' | 'last'): readonly [stem: string, extension: string] {
  const name = nameOf(path);
  const at = dot === 'first' ? name.indexOf('.') : name.lastIndexOf('.');
  return at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at)];
}
