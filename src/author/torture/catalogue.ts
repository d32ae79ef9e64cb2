import type { Mutation } from './mutation.js';
import { LAYOUT } from './mutations/layout.js';
import { NAMES } from './mutations/names.js';
import { NOISE } from './mutations/noise.js';
import { SPELLING } from './mutations/spelling.js';
import { STRUCTURE } from './mutations/structure.js';

/** Every mutation of a file; moving one is a mutation of the tree. */
export const MUTATIONS: readonly Mutation[] = [...LAYOUT, ...SPELLING, ...NAMES, ...STRUCTURE, ...NOISE];
