import type { Claim } from './claim.js';

const ATTENTION = 'flashinfer/nvfp4-attention-sm121';
const FMHA = 'flashinfer/cutlass-fmha-gate';
const TINY = 'flashinfer/tinygemm-stages';

/** What reasons about FlashInfer's gates of whole kernels claim. */
export const FLASHINFER_GATES: readonly Claim[] = [
  {
    fix: ATTENTION,
    says: /^nothing names nvfp4_attention_sm120: no NVFP4 attention$/,
    nowhere: [['nvfp4_attention_sm120', '*.py', '*.cu', '*.cuh', '*.h']],
  },
  {
    fix: ATTENTION,
    says: /^the NVFP4 attention is offered to 12\.0 alone, or compiled for it alone$/,
    note: /^declared for \[120\]$/,
  },
  {
    fix: ATTENTION,
    says: /^the NVFP4 attention is offered to 12\.0 and 12\.1, and compiled for the device$/,
    note: /^declared for \[120, 121\]$/,
  },
  {
    fix: ATTENTION,
    says: /^declared for (\[[\d, ]+\])$/,
    at: /@supported_compute_capability\($1\)/,
    lines: [0, 0],
  },
  {
    fix: ATTENTION,
    says: /^compiled for 12\.0a$/,
    at: /def gen_nvfp4_attention_sm120_module\b[\s\S]*sm_?120a/,
    not: /121/,
    lines: [0, 40],
  },
  {
    fix: ATTENTION,
    says: /^compiled for the devices of 12\.x$/,
    at: /gen_jit_spec\([\s\S]*nvcc_flags/,
    lines: [20, 14],
  },
  {
    fix: ATTENTION,
    says: /^built where (has_sm120)$/,
    at: /if $1:\s*$[\s\S]*gen_nvfp4_attention_sm120_module/m,
    not: /has_sm121/,
    lines: [3, 1],
  },
  {
    fix: ATTENTION,
    says: /^built where (has_sm120 or has_sm121)$/,
    at: /if $1:[\s\S]*gen_nvfp4_attention_sm120_module/,
    lines: [3, 1],
  },
  {
    fix: ATTENTION,
    says: /^checked for (props\.major == 12 && .+)$/,
    at: /$1/,
    lines: [0, 1],
  },

  {
    fix: FMHA,
    says: /^the CUTLASS FMHA is offered to SM12x, or compiled for it, which has no tcgen05$/,
    note: /\b(?:121|12)$/,
  },
  {
    fix: FMHA,
    says: /^the CUTLASS FMHA is for devices with tcgen05 alone$/,
    check: (_scene, _match, { sites }) => sites.find(({ what }) => /\b12\d?\b/.test(what))?.what,
  },
  {
    fix: FMHA,
    says: /^offered to 100(?:, 110)?(, 120, 121)?$/,
    async check(scene, [, open], { sites: [site] }) {
      const text = (await scene.around(site!, [0, 40])) ?? '';
      const gate = /if ([\s\S]*?):\n/.exec(text)?.[1] ?? '';
      const admits = /is_sm12|sm120|sm121|\b12\b/.test(gate);
      const from = text.startsWith('def get_fmha_module(');
      return from && admits === (open !== undefined) ? undefined : gate;
    },
  },
  {
    fix: FMHA,
    says: /^compiled for major versions ([\d, ]+)$/,
    at: /supported_major_versions=\[$1\]/,
    lines: [0, 0],
  },

  {
    fix: TINY,
    says: /^no tinygemm\*\.cu launches a tinygemm_kernel: no small GEMM for the router$/,
    nowhere: [['tinygemm', '*.cu', '*.cuh']],
  },
  {
    fix: TINY,
    says: /^the small GEMM asks for 192 KiB of shared memory, which SM12x does not have$/,
    note: /^196608 bytes on every device$/,
  },
  { fix: TINY, says: /^the small GEMM takes as many stages as fit$/, note: /^49152 bytes on GB10$/ },
  {
    fix: TINY,
    says: /^196608 bytes on every device$/,
    at: /void launch_tinygemm2\w*\([\s\S]*STAGES = 16/,
    not: /MaxSharedMemoryPerBlockOptin/,
    lines: [2, 40],
  },
  {
    fix: TINY,
    says: /^49152 bytes on GB10$/,
    at: /void launch_tinygemm2\w*\(/,
    holds: [['MaxSharedMemoryPerBlockOptin|SharedMemPerBlockOptin', 'csrc/*tinygemm*.cu']],
    lines: [0, 0],
  },
];
