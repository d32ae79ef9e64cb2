import type { Claim } from './claim.js';

/** What reasons about FlashInfer claim. */
export const FLASHINFER: readonly Claim[] = [
  {
    fix: 'flashinfer/jit-arch-suffix',
    says: /^no compilation_context\.py reads FLASHINFER_CUDA_ARCH_LIST$/,
    nowhere: [['FLASHINFER_CUDA_ARCH_LIST', '*.py']],
  },
  {
    fix: 'flashinfer/jit-arch-suffix',
    says: /^12\.1 in FLASHINFER_CUDA_ARCH_LIST builds for plain sm_121$/,
    note: /^12\.1 stays 12\.1, a plain target$/,
  },
  {
    fix: 'flashinfer/jit-arch-suffix',
    says: /^12\.1 in FLASHINFER_CUDA_ARCH_LIST builds for a target that has the FP4 instructions$/,
    note: /^12\.1 becomes 12\.[01][af]$/,
  },
  {
    fix: 'flashinfer/jit-arch-suffix',
    says: /^12\.1 stays 12\.1, a plain target$/,
    at: /FLASHINFER_CUDA_ARCH_LIST[\s\S]*int\(/,
    not: /== 12|>= 12|normalize/,
    lines: [0, 14],
  },
  {
    fix: 'flashinfer/jit-arch-suffix',
    says: /^12\.1 becomes (12\.[01][af])$/,
    at: /FLASHINFER_CUDA_ARCH_LIST/,
    holds: [['"0f"|\\+ "a"|[f"\']a["\']|"f"', 'flashinfer/compilation_context.py']],
    lines: [0, 0],
  },

  {
    fix: 'flashinfer/moe-gdc-flag',
    says: /^nothing below flashinfer\/ defines a gen_cutlass_fused_moe_sm12…: no MoE module is generated for SM12x$/,
    nowhere: [['gen_cutlass_fused_moe_sm12', 'flashinfer']],
  },
  {
    fix: 'flashinfer/gemm-gdc-flag',
    says: /^nothing below flashinfer\/ defines a gen_gemm_sm12…_module: no GEMM module is generated for SM12x$/,
    nowhere: [['gen_gemm_sm12', 'flashinfer']],
  },
  ...['flashinfer/moe-gdc-flag', 'flashinfer/gemm-gdc-flag'].flatMap((fix): Claim[] => [
    {
      fix,
      says: /^the SM12x \w+ kernels are launched dependently, but built without grid dependency control$/,
      note: /: launched dependently, built without grid dependency control$/,
    },
    {
      fix,
      says: /^the SM12x \w+ kernels are built with grid dependency control$/,
      check: (_scene, _match, { sites }) => sites.find(({ state }) => state !== 'right')?.what,
    },
    {
      fix,
      says: /^(\w+): launched dependently, built without grid dependency control$/,
      at: /def $1\(/,
      not: /CUTLASS_ENABLE_GDC_FOR_SM100/,
      lines: [0, 40],
    },
    {
      fix,
      says: /^(\w+): built with grid dependency control$/,
      at: /def $1\([\s\S]*CUTLASS_ENABLE_GDC_FOR_SM100/,
      lines: [0, 140],
    },
  ]),
  {
    fix: 'flashinfer/moe-gdc-flag',
    says: /^grid dependency control is (?:left out for sm_121|compiled for sm_121a)$/,
    at: /griddepcontrol\.launch_dependents/,
    lines: [0, 1],
  },

  {
    fix: 'flashinfer/sm121-dispatch',
    says: /^gates for SM120 leave SM121 out$/,
    note: /(?:== 120 alone|^version 120 alone|^raises unless the capability is 12\.0)$/,
  },
  {
    fix: 'flashinfer/sm121-dispatch',
    says: /^every gate for SM120 that is known admits SM121$/,
    check: (_scene, _match, { sites }) => sites.find(({ state }) => state !== 'right')?.what,
  },
  {
    fix: 'flashinfer/sm121-dispatch',
    says: /^(\w+) == 120 alone$/,
    at: /$1 == 120\)/,
    not: /121/,
    lines: [0, 0],
  },
  {
    fix: 'flashinfer/sm121-dispatch',
    says: /^(\w+) 120 and 121 are one case$/,
    at: /120[\s\S]*121/,
    lines: [0, 1],
  },
  {
    fix: 'flashinfer/sm121-dispatch',
    says: /^version 120 alone$/,
    at: /_match_sm_version\([^)]*\["120"\]\)/,
    lines: [0, 2],
  },
  {
    fix: 'flashinfer/sm121-dispatch',
    says: /^versions 120 and 121$/,
    at: /_match_sm_version\([^)]*"120", "121"/,
    lines: [0, 3],
  },
  {
    fix: 'flashinfer/sm121-dispatch',
    says: /^raises unless the capability is 12\.0$/,
    at: /get_device_capability\([\s\S]*\(12, 0\)[\s\S]*raise/,
  },

  {
    fix: 'flashinfer/e2m1-leaf-guards',
    says: /^the E2M1 instructions are reached on plain sm_121, whose ISA lacks them$/,
    note: /the asm is reached on plain sm_121$/,
  },
  {
    fix: 'flashinfer/e2m1-leaf-guards',
    says: /^the asm is reached on plain sm_121$/,
    at: /e2m1x2/,
    lines: [0, 14],
  },
  {
    fix: 'flashinfer/e2m1-leaf-guards',
    says: /^decoding: the asm is reached on plain sm_121$/,
    at: /cvt\.rn\.b?f16x2\.e2m1x2/,
    lines: [0, 14],
  },
  { fix: 'flashinfer/e2m1-leaf-guards', says: /^no build compiles it$/, at: /e2m1x2/, lines: [0, 14] },

  {
    fix: 'flashinfer/jit-job-cap',
    says: /^without MAX_JOBS, JIT compile jobs are bounded by the number of cores alone$/,
    note: /^as many jobs as there are cores, whatever the memory$/,
  },
  {
    fix: 'flashinfer/jit-job-cap',
    says: /^as many jobs as there are cores, whatever the memory$/,
    at: /def run_ninja\(/,
    not: /meminfo|PHYS_PAGES|virtual_memory/,
    lines: [40, 40],
  },

  {
    fix: 'flashinfer/topk-arrival-counter',
    says: /^no top-k below include\/flashinfer\/ resets an arrival_counter: none has a barrier of several CTAs$/,
    nowhere: [['arrival_counter', 'include/flashinfer']],
  },
  {
    fix: 'flashinfer/topk-arrival-counter',
    says: /^the first CTA of a group resets the barrier while others may still wait on it$/,
    note: /^reset by the first CTA of the group$/,
  },
  {
    fix: 'flashinfer/topk-arrival-counter',
    says: /^reset by the first CTA of the group$/,
    at: /cta_in_group == 0[\s\S]*arrival_counter/,
    lines: [0, 24],
  },
  {
    fix: 'flashinfer/topk-arrival-counter',
    says: /^the last CTA that leaves resets the barrier$/,
    note: /^reset by the last CTA to leave$/,
  },
  {
    fix: 'flashinfer/topk-arrival-counter',
    says: /^reset by the last CTA to leave$/,
    at: /arrival_counter, 0\)/,
    not: /cta_in_group == 0/,
    lines: [4, 1],
  },
];
