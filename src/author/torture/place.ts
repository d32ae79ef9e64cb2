import type { Choice } from './choice.js';

/**
 * Where a file is after a move: under another name in its folder, or in a folder below it, as upstream moves
 * files. What CMake reads by its path stays.
 */
export function moved(path: string, choice: Choice): string {
  if (/CMakeLists\.txt$|\.cmake$|\.json$/.test(path)) return path;
  const slash = path.lastIndexOf('/');
  const [folder, name] = [path.slice(0, slash + 1), path.slice(slash + 1)];
  return choice.of(`move ${path}`, 2) === 0
    ? `${folder}relocated/${name}`
    : `${folder}${name.replace(/^(\w+)/, '$1_impl')}`;
}
