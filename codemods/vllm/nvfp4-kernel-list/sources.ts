/** Which NVFP4 kernel sources a tree has, and which of them hold code for SM12x. */
import { type JudgeContext, search } from '../../../src/api.js';
import { blankComments } from './blank-comments.js';

/**
 * Paths of the NVFP4 kernel sources that SM12x can run: those with an SM120 kernel, and those that are not
 * written for one architecture. A source that only instantiates CUTLASS's Sm100 is none of them.
 */
export async function kernelSources(context: JudgeContext): Promise<string[]> {
  const files = await search(
    context,
    /^csrc\/(?!rocm\/|cpu\/).*\/fp4\/.*nvfp4[^/]*\.cu$/,
    /__global__|arch::Sm1\d\d\b/,
  );
  return files
    .filter(({ text }) => {
      const code = blankComments(text);
      return /\barch::Sm12\d\b/.test(code) || !/\barch::Sm1\d\d\b/.test(code);
    })
    .map(({ path }) => path);
}
