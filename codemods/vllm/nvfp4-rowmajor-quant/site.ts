import type { Edit, Site } from '../../../src/api.js';

export const ID = 'vllm/nvfp4-rowmajor-quant';

/** Elements a thread converts, by name: 8 on every build for SM12x alone. */
export const PACK = 'CVT_FP4_ELTS_PER_THREAD';

/** A tensor to think with: wide enough that half a row needs fewer blocks. */
export const ROWS = 64;
export const COLUMNS = 16384;
export const PACKED = COLUMNS / 8;

/** Constants of nvfp4_utils.cuh on such a build. */
export const SIZES: ReadonlyMap<string, number> = new Map([
  ['ELTS_PER_THREAD', 8],
  [PACK, 8],
  ['CVT_FP4_SF_VEC_SIZE', 16],
  ['CVT_FP4_PACK16', 0],
]);

export interface QuantSite extends Site {
  readonly kind: 'guard' | 'grid' | 'output';
  readonly edit?: Edit;
}
