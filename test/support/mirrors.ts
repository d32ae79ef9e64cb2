import { type Mirrors, readMirrors } from '../../src/target/mirrors.js';

/** Where upstream's history is read from: DGX_PATCH_MIRRORS="vllm=/srv/git/vllm.git;…". */
export const mirrors: Mirrors = readMirrors([], process.env['DGX_PATCH_MIRRORS']);

/** For the title of a test that is left out without a mirror. */
export const without = (project: 'vllm' | 'flashinfer' | 'cutlass'): string =>
  mirrors.has(project) ? '' : ` (skipped: DGX_PATCH_MIRRORS names no mirror of ${project})`;
