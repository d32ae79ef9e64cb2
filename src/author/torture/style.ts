import type { Language } from '../../syntax/document.js';

/** The languages that we mutate. */
export type Style = 'cpp' | 'python' | 'cmake';

export function styleOf(path: string): Style | undefined {
  if (/\.(?:cu|cuh|h|hpp|cpp|cc|inl)$/.test(path)) return 'cpp';
  if (path.endsWith('.py')) return 'python';
  return /(?:^|\/)CMakeLists\.txt$|\.cmake$/.test(path) ? 'cmake' : undefined;
}

/** The grammar of a style; CMake has a reader of its own. */
export function grammarOf(style: Style): Language | undefined {
  return style === 'cmake' ? undefined : style === 'cpp' ? 'cuda' : 'python';
}
