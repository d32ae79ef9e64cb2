import type { Codemod } from '../src/codemod/types.js';
import vllmCapabilityRouting from './vllm/capability-routing/codemod.js';
import vllmCudaArchLists from './vllm/cuda-arch-lists/codemod.js';
import vllmFlashinferNvfp4MoeGate from './vllm/flashinfer-nvfp4-moe-gate/codemod.js';
import vllmFp8GroupGemmGate from './vllm/fp8-group-gemm-gate/codemod.js';
import vllmMtpExclusion from './vllm/mtp-exclusion/codemod.js';
import vllmMtpFcUnquantized from './vllm/mtp-fc-unquantized/codemod.js';
import vllmNvfp4Emulation from './vllm/nvfp4-emulation/codemod.js';
import vllmNvfp4MoeBackend from './vllm/nvfp4-moe-backend/codemod.js';
import vllmNvfp4RowmajorQuant from './vllm/nvfp4-rowmajor-quant/codemod.js';
import vllmQwen3NextFusedShards from './vllm/qwen3-next-fused-shards/codemod.js';
import vllmQwen3NextPrefix from './vllm/qwen3-next-prefix/codemod.js';
import vllmSoftwareE2m1 from './vllm/software-e2m1/codemod.js';

/** Every fix, in the order in which they are applied and reported. */
export const CODEMODS: readonly Codemod[] = [
  vllmSoftwareE2m1,
  vllmCapabilityRouting,
  vllmCudaArchLists,
  vllmNvfp4RowmajorQuant,
  vllmMtpExclusion,
  vllmMtpFcUnquantized,
  vllmQwen3NextPrefix,
  vllmQwen3NextFusedShards,
  vllmNvfp4Emulation,
  vllmNvfp4MoeBackend,
  vllmFp8GroupGemmGate,
  vllmFlashinferNvfp4MoeGate,
];
