import { z } from 'zod';
import { ARCH_LIST, CUDA_VERSION } from '../source/build.js';
import { faultOfPath } from '../source/path.js';
import { PROJECTS } from '../source/project.js';

/** Fields that journal and receipt have in common. Both lie in a folder that others may have prepared. */

export const fileSum = z.string().regex(/^[0-9a-f]{64}$/);

export const commitId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

/** A path below the tree. That no link leads it out of there is asked of the disk, by `safePath`. */
export const treePath = z.string().refine((path) => faultOfPath(path) === undefined, 'leaves the tree');

export const targetField = z.strictObject({
  project: z.enum(PROJECTS),
  revision: z.string(),
  /** Of an installed package, as much as it says itself: a prefix, or nothing. */
  commit: z.string().regex(/^(?:[0-9a-f]{7,64})?$/),
});

export const buildField = z.strictObject({
  cuda: z.string().regex(CUDA_VERSION),
  arch: z.string().regex(ARCH_LIST),
});
