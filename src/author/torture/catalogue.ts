import type { Mutation } from './mutation.js';
import { ALIASES } from './mutations/aliases.js';
import { BRANCHES } from './mutations/branches.js';
import { CONSTANTS } from './mutations/constants.js';
import { DEFINITIONS } from './mutations/definitions.js';
import { LAYOUT } from './mutations/layout.js';
import { NAMES } from './mutations/names.js';
import { NOISE } from './mutations/noise.js';
import { ORDER } from './mutations/order.js';
import { SPELLING } from './mutations/spelling.js';
import { THROUGH } from './mutations/through.js';

/** Every mutation of a file; moving one and splitting one are mutations of the tree. */
export const MUTATIONS: readonly Mutation[] = [
  ...LAYOUT,
  ...SPELLING,
  ...NAMES,
  ...ALIASES,
  ...CONSTANTS,
  ...THROUGH,
  ...BRANCHES,
  ...ORDER,
  ...DEFINITIONS,
  ...NOISE,
];
