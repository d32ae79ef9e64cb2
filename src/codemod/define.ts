import type { Codemod, Site } from './types.js';

/** Names a codemod's site type once, and erases it for the registry. */
export function defineCodemod<S extends Site>(codemod: Codemod<S>): Codemod {
  return codemod as unknown as Codemod;
}
