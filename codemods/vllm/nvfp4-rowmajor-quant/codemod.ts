/**
 * NVFP4 quantisation that converts half of each row.
 *
 * Shapes, by kernel (a guard, a grid and an output index each):
 *  Q0   – v0.14            columns are looped over: no second grid dimension, nothing to judge
 *  Q1   v0.15.0 – v0.16.0  `cvt_fp16_to_fp4_sf_major` and `silu_mul_cvt_fp16_to_fp4` bound the column by
 *                          `sf_n_unpadded`; the latter also spaces output rows like input rows
 *  Q2   v0.17.0 –          bounded by the packed columns
 *  Q2s  v0.20 –            below csrc/libtorch_stable; later launched through cudaLaunchKernelEx
 */
import { defineCodemod, markAbove, searchParsed, withMarks } from '../../../src/api.js';
import { QuantKernel, quantKernels } from './judge.js';
import { ID, type QuantSite } from './site.js';

/** Guard and grid of a kernel are one edit: half of it is nothing that upstream or we would write. */
function mixed(sites: readonly QuantSite[]): boolean {
  const states = sites.filter((site) => site.kind !== 'output').map((site) => site.state === 'wrong');
  return states.includes(true) && states.includes(false);
}

export default defineCodemod<QuantSite>({
  id: ID,
  project: 'vllm',
  title: 'NVFP4 quantisation of whole rows',
  why: 'On a build for SM12x a thread packs 8 elements, and the guard and the grid count groups of 16: with row-major scales, and in the fused SiLU kernel, the second half of each row is never converted.',
  effect: {
    kind: 'wrong',
    concerns: 'NVFP4 models whose backend takes row-major scales or fuses SiLU with the quantisation',
  },
  references: [
    {
      kind: 'commit',
      ref: 'fcb9df99b',
      date: '2026-01-24',
      note: 'introduced: columns spread over the grid (#32520), v0.15.0',
    },
    {
      kind: 'commit',
      ref: '86c3b5a808',
      date: '2026-02-26',
      note: 'fixed for both kernels (#35210), v0.17.0',
    },
  ],
  retire: 'when no tree of yours is older than v0.17.0',

  async judge(context) {
    const documents = await searchParsed(
      context,
      'cuda',
      /^csrc\/(?!rocm\/|cpu\/).*fp4[^/]*\.cuh?$/i,
      /\bcvt_warp_fp16_to_fp4\b|<<<|\bcudaLaunchKernelEx\b/,
    );
    const sites: QuantSite[] = [];
    for (const document of documents) {
      const { file } = document;
      for (const { kernel, name, launches } of quantKernels(document, documents)) {
        const [launch] = launches;
        const judged = launches.length === 1 ? new QuantKernel(file, kernel, launch!) : undefined;
        const own = judged ? [judged.guard(), judged.grid(), judged.output()] : [];
        const found = own.filter((site): site is QuantSite => site !== undefined);
        if (found.length !== 3 || mixed(found)) {
          const shape =
            launches.length === 1
              ? 'has guard, grid and output in another shape'
              : `is launched at ${launches.length} places, not at one`;
          const drifted = `${name} in ${file.path} ${shape}`;
          return { sites: found, drifted };
        }
        sites.push(...found);
      }
    }
    return {
      sites,
      absent: 'no FP4 quantisation kernel below csrc/ spreads its columns over the grid (blockIdx.y)',
      reason: {
        wrong: 'half of each row is never converted where a thread packs 8 elements',
        right: 'guard and grid cover every packed column',
      },
    };
  },

  rewrite: (sites) =>
    withMarks(
      sites.map(({ edit }) => edit!),
      sites.map(({ file, offset }) => markAbove(file, offset, ID)),
    ),
});
