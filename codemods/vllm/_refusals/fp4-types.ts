import { type Refusal, search } from '../../../src/api.js';

/** A definition, and not a use or a forward declaration. */
const DEFINITION =
  /\b(?:struct|class|union)\s+(?:__align__\s*\(\s*\d+\s*\)\s+|alignas\s*\([^)]*\)\s+)?__nv_fp4(?:x[24])?(?:_storage_t|_e2m1)?\s*(?::[^{;]*)?\{/;

export const fp4Types: Refusal = {
  id: 'vllm/fp4-types',
  project: 'vllm',
  title: 'FP4 types defined over those of cuda_fp4.h',
  why: 'CUDA 12.8 and later define all FP4 types. A second definition breaks the build of whatever includes both, and the copy that goes round decodes code 1 as 0.25 instead of 0.5 and rounds ties away from even.',
  instead: 'include <cuda_fp4.h>; dgx-patch doctor tells whether the toolkit’s own header was replaced',
  references: [
    { kind: 'measurement', ref: 'CUDA 13.0.88', note: '__nv_fp4_e2m1 is in cuda_fp4.h' },
    { kind: 'measurement', ref: '1,025 points in ±8', note: 'the copy rounds 0.25, 1.25, 2.5 and 5 up' },
  ],
  async detect(context) {
    const files = await search(context, /^(?:csrc|cmake|docker|scripts)\/.*\.(?:h|hpp|cuh|cu)$/, DEFINITION);
    return files.map(({ path, text }) => ({ path, offset: text.search(DEFINITION) }));
  },
};
