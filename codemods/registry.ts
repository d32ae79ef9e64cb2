import type { Codemod } from '../src/api.js';
import cutlassCuteDslSm121 from './cutlass/cute-dsl-sm121/codemod.js';
import cutlassDeviceMin from './cutlass/device-min/codemod.js';
import cutlassFloatSubbyte from './cutlass/float-subbyte/codemod.js';
import cutlassGdcSm121 from './cutlass/gdc-sm121/codemod.js';
import cutlassGroupedSfbLayout from './cutlass/grouped-sfb-layout/codemod.js';
import cutlassLibraryDefaultTiles from './cutlass/library-default-tiles/codemod.js';
import cutlassMmaVisitOrder121 from './cutlass/mma-visit-order-121/codemod.js';
import cutlassSm121ArchMacros from './cutlass/sm121-arch-macros/codemod.js';
import cutlassSmallTileM64 from './cutlass/small-tile-m64/codemod.js';
import flashinferB12xStageClamp from './flashinfer/b12x-stage-clamp/codemod.js';
import flashinferBmmFp8Cudnn from './flashinfer/bmm-fp8-cudnn/codemod.js';
import flashinferCutlassFmhaGate from './flashinfer/cutlass-fmha-gate/codemod.js';
import flashinferE2m1LeafGuards from './flashinfer/e2m1-leaf-guards/codemod.js';
import flashinferGdnSm121Arch from './flashinfer/gdn-sm121-arch/codemod.js';
import flashinferGdnWyDecode from './flashinfer/gdn-wy-decode/codemod.js';
import flashinferGemmGdcFlag from './flashinfer/gemm-gdc-flag/codemod.js';
import flashinferJitArchSuffix from './flashinfer/jit-arch-suffix/codemod.js';
import flashinferJitJobCap from './flashinfer/jit-job-cap/codemod.js';
import flashinferMoeGdcFlag from './flashinfer/moe-gdc-flag/codemod.js';
import flashinferNvfp4AttentionSm121 from './flashinfer/nvfp4-attention-sm121/codemod.js';
import flashinferSm121Dispatch from './flashinfer/sm121-dispatch/codemod.js';
import flashinferTinygemmStages from './flashinfer/tinygemm-stages/codemod.js';
import flashinferTopkArrivalCounter from './flashinfer/topk-arrival-counter/codemod.js';
import vllmArchAutodetect from './vllm/arch-autodetect/codemod.js';
import vllmAttentionSinksSm12x from './vllm/attention-sinks-sm12x/codemod.js';
import vllmBlockFp8ShapeGate from './vllm/block-fp8-shape-gate/codemod.js';
import vllmCapabilityRouting from './vllm/capability-routing/codemod.js';
import vllmCooperativeTopk from './vllm/cooperative-topk/codemod.js';
import vllmCudaArchLists from './vllm/cuda-arch-lists/codemod.js';
import vllmDeepgemmPin from './vllm/deepgemm-pin/codemod.js';
import vllmDispatcherFlag from './vllm/dispatcher-flag/codemod.js';
import vllmFlaHopperGate from './vllm/fla-hopper-gate/codemod.js';
import vllmFlashinferNvfp4MoeGate from './vllm/flashinfer-nvfp4-moe-gate/codemod.js';
import vllmFp8GroupGemmGate from './vllm/fp8-group-gemm-gate/codemod.js';
import vllmGb10MoeConfig from './vllm/gb10-moe-config/codemod.js';
import vllmGdnPrefillSm12x from './vllm/gdn-prefill-sm12x/codemod.js';
import vllmIndexerLengthFloor from './vllm/indexer-length-floor/codemod.js';
import vllmIntegratedMemory from './vllm/integrated-memory/codemod.js';
import vllmMlaDecodeSmem from './vllm/mla-decode-smem/codemod.js';
import vllmMtpExclusion from './vllm/mtp-exclusion/codemod.js';
import vllmMtpFcUnquantized from './vllm/mtp-fc-unquantized/codemod.js';
import vllmMxfp4MoeGate from './vllm/mxfp4-moe-gate/codemod.js';
import vllmMxfp4MoeSwizzle from './vllm/mxfp4-moe-swizzle/codemod.js';
import vllmNvfp4Emulation from './vllm/nvfp4-emulation/codemod.js';
import vllmNvfp4KernelList from './vllm/nvfp4-kernel-list/codemod.js';
import vllmNvfp4MoeBackend from './vllm/nvfp4-moe-backend/codemod.js';
import vllmNvfp4RowmajorQuant from './vllm/nvfp4-rowmajor-quant/codemod.js';
import vllmNvfp4RuntimeDispatch from './vllm/nvfp4-runtime-dispatch/codemod.js';
import vllmNvmlTotalMemory from './vllm/nvml-total-memory/codemod.js';
import vllmQwen3NextFusedShards from './vllm/qwen3-next-fused-shards/codemod.js';
import vllmQwen3NextPrefix from './vllm/qwen3-next-prefix/codemod.js';
import vllmSoftwareE2m1 from './vllm/software-e2m1/codemod.js';
import vllmUmaWeightRelease from './vllm/uma-weight-release/codemod.js';

/** Every fix, in the order in which they are applied and reported. */
export const CODEMODS: readonly Codemod[] = [
  vllmSoftwareE2m1,
  vllmCapabilityRouting,
  vllmCudaArchLists,
  vllmNvfp4KernelList,
  vllmDispatcherFlag,
  vllmNvfp4RowmajorQuant,
  vllmMtpExclusion,
  vllmMtpFcUnquantized,
  vllmQwen3NextPrefix,
  vllmQwen3NextFusedShards,
  vllmNvfp4Emulation,
  vllmNvfp4MoeBackend,
  vllmFp8GroupGemmGate,
  vllmFlashinferNvfp4MoeGate,
  vllmMxfp4MoeGate,
  vllmMxfp4MoeSwizzle,
  vllmAttentionSinksSm12x,
  vllmIntegratedMemory,
  vllmMlaDecodeSmem,
  vllmGb10MoeConfig,
  vllmFlaHopperGate,
  vllmCooperativeTopk,
  vllmNvmlTotalMemory,
  vllmUmaWeightRelease,
  vllmNvfp4RuntimeDispatch,
  vllmDeepgemmPin,
  vllmArchAutodetect,
  vllmGdnPrefillSm12x,
  vllmIndexerLengthFloor,
  vllmBlockFp8ShapeGate,
  flashinferJitArchSuffix,
  flashinferMoeGdcFlag,
  flashinferGemmGdcFlag,
  flashinferSm121Dispatch,
  flashinferE2m1LeafGuards,
  flashinferJitJobCap,
  flashinferTopkArrivalCounter,
  flashinferGdnSm121Arch,
  flashinferB12xStageClamp,
  flashinferBmmFp8Cudnn,
  flashinferGdnWyDecode,
  flashinferNvfp4AttentionSm121,
  flashinferCutlassFmhaGate,
  flashinferTinygemmStages,
  cutlassSm121ArchMacros,
  cutlassGdcSm121,
  cutlassGroupedSfbLayout,
  cutlassMmaVisitOrder121,
  cutlassSmallTileM64,
  cutlassFloatSubbyte,
  cutlassCuteDslSm121,
  cutlassDeviceMin,
  cutlassLibraryDefaultTiles,
];
