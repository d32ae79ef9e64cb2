import type { Claim } from './claim.js';

const PYTHON = 'flashinfer/*.py';

/** What reasons about FlashInfer's kernels in CuTe DSL and its choice of backends claim. */
export const FLASHINFER_KERNELS: readonly Claim[] = [
  {
    fix: 'flashinfer/gdn-sm121-arch',
    says: /^nothing below gdn_kernels\/delta_rule_dsl\/ is compiled for sm_120a or for the device that runs it/,
    nowhere: [['GPUArch\\(("sm_12|f")', 'flashinfer/gdn_kernels/delta_rule_dsl']],
  },
  {
    fix: 'flashinfer/gdn-sm121-arch',
    says: /^kernels of the gated delta net are compiled for sm_120a, which GB10 cannot load$/,
    note: /^compiled for sm_120a$/,
  },
  {
    fix: 'flashinfer/gdn-sm121-arch',
    says: /^kernels of the gated delta net are compiled for the device that runs them$/,
    note: /^compiled for the device$/,
    nowhere: [['compile_options=.*GPUArch\\("sm_120a"\\)', 'flashinfer/gdn_kernels']],
  },
  {
    fix: 'flashinfer/gdn-sm121-arch',
    says: /^compiled for sm_120a$/,
    at: /GPUArch\("sm_120a"\)/,
    lines: [0, 1],
  },
  {
    fix: 'flashinfer/gdn-sm121-arch',
    says: /^the PTX is checked for 12\.0 alone$/,
    at: /sm_120a/,
    not: /sm_121a/,
    lines: [0, 4],
  },
  {
    fix: 'flashinfer/gdn-sm121-arch',
    says: /^the PTX is checked for 12\.0 and 12\.1$/,
    at: /sm_120a[\s\S]*sm_121a/,
    lines: [0, 4],
  },
  {
    fix: 'flashinfer/gdn-sm121-arch',
    says: /^compiled for the device$/,
    at: /sm_\{major\}\{minor\}/,
    lines: [0, 1],
  },

  {
    fix: 'flashinfer/b12x-stage-clamp',
    says: /^no dynamic MoE kernel below blackwell_sm12x\/ counts self\.ab_stage and knows self\.is_gated$/,
    nowhere: [['self\\.is_gated', '*blackwell_sm12x/*moe_dynamic*']],
  },
  {
    fix: 'flashinfer/b12x-stage-clamp',
    says: /^the stages of a gated MoE are counted for one weight pipeline: more shared memory than GB10 has$/,
    note: /^4 stages for two weight pipelines$/,
  },
  {
    fix: 'flashinfer/b12x-stage-clamp',
    says: /^the stages of a gated MoE are bounded$/,
    note: /^(?:2 stages for two weight pipelines|bounded by what fits of both pipelines)$/,
  },
  {
    fix: 'flashinfer/b12x-stage-clamp',
    says: /^4 stages for two weight pipelines$/,
    at: /self\.ab_stage.*_compute_stages\(/,
    not: /self\.is_gated|min\(/,
    lines: [0, 16],
  },
  {
    fix: 'flashinfer/b12x-stage-clamp',
    says: /^(?:2 stages for two weight pipelines|bounded by what fits of both pipelines)$/,
    at: /self\.ab_stage.*_compute_stages\([\s\S]*self\.is_gated/,
    lines: [0, 50],
  },

  {
    fix: 'flashinfer/bmm-fp8-cudnn',
    says: /^no gemm\.py defines _heuristic_func_bmm_fp8, which chooses a backend$/,
    nowhere: [['def _heuristic_func_bmm_fp8', '*.py']],
  },
  {
    fix: 'flashinfer/bmm-fp8-cudnn',
    says: /^cuDNN is a candidate for FP8 on SM12x, where it builds a plan for every shape$/,
    note: /^FP8 on SM12x: .*\bcudnn\b/,
  },
  {
    fix: 'flashinfer/bmm-fp8-cudnn',
    says: /^cuDNN is no candidate for FP8 on SM12x where it builds a plan for every shape$/,
    check: (_scene, _match, { sites }) => sites.find(({ what }) => /\bcudnn\b/.test(what))?.what,
    holds: [['def _heuristic_func_bmm_fp8', PYTHON]],
  },
  {
    fix: 'flashinfer/bmm-fp8-cudnn',
    says: /^FP8 on SM12x: (?:cutlass_sm12x, )?cublas, cudnn$/,
    at: /"cudnn"/,
    not: /sm12|\b12\b|"12/,
    lines: [0, 2],
  },
  {
    fix: 'flashinfer/bmm-fp8-cudnn',
    says: /^FP8 on SM12x: cutlass_sm12x, cublas$/,
    at: /def _heuristic_func_bmm_fp8[\s\S]*cudnn/,
    lines: [0, 60],
  },

  {
    fix: 'flashinfer/gdn-wy-decode',
    says: /^no gdn_decode_bf16_wy_output_only\.py has a GdnDecodeKernel/,
    nowhere: [['GdnDecodeKernel', PYTHON]],
  },
  {
    fix: 'flashinfer/gdn-wy-decode',
    says: /^the WY decode is compiled through cute\.experimental, for no arch of its own$/,
    note: /^compiled for no arch$/,
    holds: [['cute\\.experimental\\.', 'flashinfer/*wy_output_only*.py']],
  },
  {
    fix: 'flashinfer/gdn-wy-decode',
    says: /^the WY decode is compiled for the device that runs it$/,
    note: /^compiled for sm_121a on GB10$/,
    nowhere: [['@cute\\.experimental\\.', 'flashinfer/*wy_output_only*.py']],
  },
  { fix: 'flashinfer/gdn-wy-decode', says: /^(@cute\.\S+)$/, at: /^\s*$1$/, lines: [0, 0] },
  {
    fix: 'flashinfer/gdn-wy-decode',
    says: /^compiled for no arch$/,
    at: /cute\.compile\(/,
    not: /GPUArch/,
    lines: [0, 20],
  },
  {
    fix: 'flashinfer/gdn-wy-decode',
    says: /^compiled for sm_121a on GB10$/,
    at: /GPUArch\(f"sm_\{major\}\{minor\}a"\)/,
    lines: [0, 0],
  },
];
