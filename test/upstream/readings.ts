/**
 * A second reading of the source, by hand and without a parser: what text says that a revision has a fix's thing,
 * and what text says that it is wrong. From both sides of upstream's commits; it knows nothing of the judges.
 */
export interface Reading {
  readonly id: string;
  readonly paths: RegExp;
  /** Not applicable where no such file holds this. */
  readonly thing: RegExp;
  /** Needed where one that holds it holds this too, else upstream has it right. */
  readonly wrong: RegExp;
  /** Not applicable either where this file does not hold this. */
  readonly only?: { readonly path: string; readonly holds: RegExp };
  /** From where it is known. */
  readonly from: string;
}

export const VLLM: readonly Reading[] = [
  {
    id: 'vllm/arch-autodetect',
    paths: /^cmake\/utils\.cmake$/,
    thing: /extract_unique_cuda_archs_ascending/,
    wrong: /^(?![\s\S]*MATCH "code=sm_)/,
    // v0.19 lists 12.1 for CUDA 13 as well: what is then found has no FP4.
    only: { path: 'CMakeLists.txt', holds: /^(?![\s\S]*SUPPORTED_ARCHS "7\.5;[^"]*11\.0;12\.0;12\.1")/ },
    from: '74587939b1 (#49904): code=sm_* first',
  },
  {
    id: 'vllm/nvml-total-memory',
    paths: /^vllm\/platforms\/cuda\.py$/,
    thing: /nvmlDeviceGetMemoryInfo/,
    wrong: /return int\(pynvml\.nvmlDeviceGetMemoryInfo\(handle\)\.total\)/,
    from: '#57378, open: nowhere caught',
  },
  {
    id: 'vllm/gdn-prefill-sm12x',
    paths: /\/qwen_gdn_linear_attn\.py$/,
    thing: /def _resolve_gdn_prefill_backend/,
    wrong: /^(?![\s\S]*is_device_capability_family\(120\))/,
    only: { path: 'requirements/cuda.txt', holds: /flashinfer-python==0\.6\.(?:1[6-9]|[2-9]\d)/ },
    from: 'the kernel loads on 12.1 from FlashInfer v0.6.16 on (3caf5d2bf)',
  },
  {
    id: 'vllm/deepgemm-pin',
    paths: /^cmake\/external_projects\/deepgemm\.cmake$/,
    thing: /UPSTREAM_TAG/,
    wrong: /"(?:891d57b4|f5a76426|e21c821)/,
    only: { path: 'vllm/platforms/cuda.py', holds: /def support_deep_gemm[\s\S]{0,300}family\(120\)/ },
    from: '44d95069e9 (#43477) opens the gate; a6b593d has code for 12.x, 8b1392b is contested',
  },
  {
    id: 'vllm/fla-hopper-gate',
    paths: /^vllm\/.*(?:fla|flash_linear_attention)\/ops\/utils\.py$/,
    thing: /\bis_nvidia_hopper = /,
    wrong: /get_device_capability\(\)\[0\] >= 9/,
    from: '#37700, open',
  },
  {
    id: 'vllm/uma-weight-release',
    paths: /^vllm\/model_executor\/model_loader\/\w+\.py$/,
    thing: /def _?process_weights_after_loading\(/,
    wrong: /^(?![\s\S]*release_device_memory_under_pressure)/,
    from: '5edf7ff489 (#45179)',
  },
  {
    id: 'vllm/cooperative-topk',
    paths: /^vllm\/.*indexer\.py$/,
    thing: /use_cooperative_topk = /,
    wrong: /use_cooperative_topk = (?![\s\S]{0,500}family\(120\))/,
    from: '855cd4d787 to 9a08a5118e (#47164)',
  },
  {
    id: 'vllm/nvfp4-runtime-dispatch',
    paths: /\/nvfp4_scaled_mm_entry\.cu$/,
    thing: /ENABLE_NVFP4_SM120/,
    wrong: /#elif[^\n]*ENABLE_NVFP4_SM120/,
    from: 'c0dfc89485 (#29711, first in v0.12.0)',
  },
  {
    id: 'vllm/indexer-length-floor',
    paths: /\/backends\/mla\/indexer\.py$/,
    thing: /def _prepare_uniform_decode_kernel/,
    wrong: /= seq_len - max_decode_len/,
    from: '97388c44f9 (#51538)',
  },
  {
    id: 'vllm/block-fp8-shape-gate',
    paths: /^csrc\/.*blockwise_sm120\w*\.cuh$/,
    thing: /blockwise_sm120_fp8_dispatch/,
    wrong: /OutType,\s*1,\s*128,\s*128,/,
    from: '3303f134e0 (#22131): scales in blocks of 128 rows; #47990, open: no revision asks for the shape',
  },
];

export const FLASHINFER: readonly Reading[] = [
  {
    id: 'flashinfer/topk-arrival-counter',
    paths: /^include\/flashinfer\/topk\.cuh$/,
    thing: /arrival_counter, 0\)/,
    wrong: /if \(cta_in_group == 0\) \{(?:(?!\n {4}\}).)*arrival_counter, 0\)/s,
    from: '49f2abfbd (#3615, first in v0.6.14)',
  },
  {
    id: 'flashinfer/gdn-sm121-arch',
    paths: /^flashinfer\/gdn_kernels\/delta_rule_dsl\/\w+\.py$/,
    thing: /sm_12/,
    wrong: /compile_options=\(cute\.GPUArch\("sm_120a"\),\)/,
    from: '3caf5d2bf (#3960, first in v0.6.16)',
  },
  {
    id: 'flashinfer/gdn-wy-decode',
    paths: /\/gdn_decode_bf16_wy_output_only\.py$/,
    thing: /cute\.compile/,
    wrong: /@cute\.experimental/,
    from: 'd536efd5a (#4117, first in v0.6.17)',
  },
  {
    id: 'flashinfer/b12x-stage-clamp',
    paths: /\/blackwell_sm12x\/.*dynamic.*\.py$/,
    thing: /_compute_stages\(/,
    wrong: /^(?![\s\S]*min\(self\.ab_stage, )/,
    from: 'c22b65b9f (#3744, first in v0.6.15)',
  },
  {
    id: 'flashinfer/bmm-fp8-cudnn',
    paths: /^flashinfer\/gemm/,
    thing: /def _heuristic_func_bmm_fp8/,
    wrong: /def _heuristic_func_bmm_fp8(?![\s\S]{0,2500}override_shape)/,
    from: '3e96dfa35 (#4165, first in v0.6.18rc1)',
  },
  {
    id: 'flashinfer/nvfp4-attention-sm121',
    paths: /^(?:flashinfer|csrc)\/.*nvfp4_attention_sm120\w*\.(?:py|cu)$/,
    thing: /supported_compute_capability\(|props\.minor/,
    wrong: /capability\(\[120\]\)|&& props\.minor == 0\)/,
    from: '0f69698c7 (#3897, first in v0.6.16)',
  },
  {
    id: 'flashinfer/cutlass-fmha-gate',
    paths: /^flashinfer\/(?:prefill|jit\/attention\/\w+)\.py$/,
    thing: /def (?:get_fmha_module|gen_fmha_cutlass_sm100a_module)/,
    wrong:
      /def get_fmha_module(?:(?!\ndef )[\s\S])*is_sm12|def gen_fmha_cutlass_sm100a_module(?:(?!\ndef )[\s\S])*\[10, 11, 12\]/,
    from: '74e99e8bb (#2560, first in v0.6.7)',
  },
  {
    id: 'flashinfer/tinygemm-stages',
    paths: /^csrc\/tinygemm2\.cu$/,
    thing: /tinygemm_kernel/,
    wrong: /STAGES = 16;/,
    from: '888177ea5 (#2670, first in v0.6.6)',
  },
];

export const CUTLASS: readonly Reading[] = [
  {
    id: 'cutlass/cute-dsl-sm121',
    paths: /^python\/CuTeDSL\/.*\.py$/,
    thing: /SMEM_CAPACITY_MAP = \{[^}]*"sm_120"|MmaSM120BlockScaledOp\b[\s\S]*Arch\.sm_120a/,
    wrong: /SMEM_CAPACITY_MAP = \{(?![^}]*"sm_121")|== Arch\.sm_120a/,
    from: 'a221da7cc (the map) and cb37157db (the operation), both v4.5.0',
  },
  {
    id: 'cutlass/device-min',
    paths: /\/collective\/sm120_mma\w*_blockwise_scaling\.hpp$/,
    thing: /\bmin\(/,
    wrong: /std::min\(/,
    from: '9135a9bb6 (v4.5.0)',
  },
  {
    id: 'cutlass/library-default-tiles',
    paths: /\/cutlass_library\/generator\.py$/,
    thing: /def GenerateSM120_\w*block_scaled\(/,
    wrong:
      /def GenerateSM120_\w*block_scaled\((?:(?!\ndef )[\s\S])*?tile_sizes\w* = \[\n\s*\[128, +(?:8|16),/,
    from: '7cd295cec (v4.6.0)',
  },
];
