import type { Claim } from './claim.js';

/** What reasons about which of vLLM's kernels run, and how they are built, claim. */
export const VLLM_DISPATCH: readonly Claim[] = [
  {
    fix: 'vllm/nvfp4-runtime-dispatch',
    says: /^no function of nvfp4_scaled_mm_entry\.cu calls an NVFP4 kernel of SM120 beside that of SM100$/,
    nowhere: [['cutlass_scaled_fp4_mm_sm120', 'csrc']],
  },
  {
    fix: 'vllm/nvfp4-runtime-dispatch',
    says: /^the build, and not the device, decides/,
    note: /^a build with both takes the NVFP4 kernel of SM100$/,
  },
  {
    fix: 'vllm/nvfp4-runtime-dispatch',
    says: /^a build with both takes the NVFP4 kernel of SM100$/,
    at: /#elif.*SM120/,
    not: /version_num|get_sm_version/,
    lines: [0, 20],
  },
  {
    fix: 'vllm/nvfp4-runtime-dispatch',
    says: /^the device decides which NVFP4 kernel runs$/,
    at: /\bsm\b|version_num|get_sm_version/,
    lines: [0, 40],
  },

  {
    fix: 'vllm/deepgemm-pin',
    says: /^vllm\/platforms\/cuda\.py has no support_deep_gemm that admits SM12x$/,
    async check(scene) {
      const text = (await scene.text('vllm/platforms/cuda.py')) ?? '';
      const body = /def support_deep_gemm\b[\s\S]*?(?=\n {4}@|\n\S|$)/.exec(text)?.[0] ?? '';
      return /\b12\d?\b/.test(body) ? `it has: ${body}` : undefined;
    },
  },
  {
    fix: 'vllm/deepgemm-pin',
    says: /^DeepGEMM is used on SM12x, and built at a commit without code for it$/,
    note: /^DeepGEMM is built at (?:891d57b4|f5a76426|e21c821f)$/,
    holds: [['family\\(120\\)|\\b12\\b', 'vllm/platforms/cuda.py']],
  },
  {
    fix: 'vllm/deepgemm-pin',
    says: /^DeepGEMM is built at a commit with kernels for SM12x$/,
    note: /^DeepGEMM is built at a6b593d2$/,
  },
  {
    fix: 'vllm/deepgemm-pin',
    says: /^DeepGEMM (\w{8}) has code for SM12x, and is contested/,
    note: /8b1392b9$/,
  },
  { fix: 'vllm/deepgemm-pin', says: /^DeepGEMM is built at (\w{8})$/, at: /$1/, lines: [0, 0] },

  {
    fix: 'vllm/arch-autodetect',
    says: /^read right, 12\.1 would give this revision FP4 kernels for plain 12\.1, which stop in ptxas/,
    async check(scene) {
      const { groups } = await scene.cmake('12.1');
      const plain = groups.some(
        ({ archs, sources }) => archs.includes('12.1') && sources.some((source) => /fp4/.test(source)),
      );
      return plain ? undefined : 'no FP4 group is built for plain 12.1';
    },
  },
  {
    fix: 'vllm/arch-autodetect',
    says: /^what torch writes for 12\.1 is read as (?:2\.0|12\.1)(?:$|: a build with the arch list unset has no kernels$)/,
    note: /^12\.1, as torch writes it, is read as (?:2\.0|12\.1)$/,
  },
  {
    fix: 'vllm/arch-autodetect',
    says: /^12\.1, as torch writes it, is read as 2\.0$/,
    at: /extract_unique_cuda_archs_ascending[\s\S]*\(\[0-9\]\+\)\(\[0-9\]\)|\[0-9\]|\\d/,
    not: /\(\[0-9\]\+\)\(\[0-9\]\)\[af\]\?/,
    lines: [0, 30],
  },
  {
    fix: 'vllm/arch-autodetect',
    says: /^12\.1, as torch writes it, is read as 12\.1$/,
    at: /extract_unique_cuda_archs_ascending/,
    lines: [0, 0],
  },

  {
    fix: 'vllm/mla-decode-smem',
    says: /^no grouped decode of triton_decode_attention\.py is launched with IS_MLA/,
    nowhere: [['\\bIS_MLA=', 'vllm/*triton_decode_attention.py']],
    holds: [['def _decode_grouped_att_m_fwd', 'vllm/*triton_decode_attention.py']],
  },
  {
    fix: 'vllm/mla-decode-smem',
    says: /^with an FP8 cache, the MLA decode asks for more shared memory than GB10 has$/,
    note: /: 102400 bytes with an FP8 cache$/,
  },
  {
    fix: 'vllm/mla-decode-smem',
    says: /^(\d+) rows, (\d+) stages: \d+ bytes with an FP8 cache$/,
    holds: [
      ['\\bBLOCK(_N)? = $1$', 'vllm/*triton_decode_attention.py'],
      ['num_stages = $2$', 'vllm/*triton_decode_attention.py'],
    ],
  },

  {
    fix: 'vllm/fp8-group-gemm-gate',
    says: /^no MoE file named after CUTLASS or FP8 below vllm\/ calls cutlass_group_gemm_supported/,
    nowhere: [
      [
        'cutlass_group_gemm_supported',
        'vllm/*moe*cutlass*.py',
        'vllm/*cutlass*moe*.py',
        'vllm/*moe*fp8*.py',
        'vllm/*fp8*moe*.py',
      ],
    ],
  },
  {
    fix: 'vllm/fp8-group-gemm-gate',
    says: /^grouped FP8 GEMMs are offered on SM12x, which has no kernel for them$/,
    note: /: open for SM12x, which has no such kernels$/,
  },
  {
    fix: 'vllm/fp8-group-gemm-gate',
    says: /^grouped FP8 GEMMs are closed on SM12x, on purpose$/,
    note: /: closed for SM12x$/,
  },
  {
    fix: 'vllm/fp8-group-gemm-gate',
    says: /^(\w+): open for SM12x, which has no such kernels$/,
    at: /def $1\b/,
    not: />= ?1[12]0|< ?90 or/,
    nowhere: [['cutlass_moe_mm_sm120', 'csrc']],
  },
  { fix: 'vllm/fp8-group-gemm-gate', says: /^(\w+): closed for SM12x$/, at: /def $1\b[\s\S]*>= ?110/ },

  {
    fix: 'vllm/cooperative-topk',
    says: /^no indexer below vllm\/ calls cooperative_topk on a condition$/,
    nowhere: [['cooperative_topk', 'vllm', 'csrc']],
  },
  {
    fix: 'vllm/cooperative-topk',
    says: /^the cooperative top-k is launched on SM12x, which refuses it$/,
    note: /^the cluster launch is for everything from 9\.0 on$/,
  },
  {
    fix: 'vllm/cooperative-topk',
    says: /^the cluster launch is for everything from 9\.0 on$/,
    at: /has_device_capability\(90\)[\s\S]*cooperative_topk/,
    not: /family\(120\)|is_sm12/,
  },
  {
    fix: 'vllm/cooperative-topk',
    says: /^SM12x does not get the cooperative top-k$/,
    note: /^SM12x takes another kernel$/,
  },
  {
    fix: 'vllm/cooperative-topk',
    says: /^SM12x takes another kernel$/,
    at: /family\(120\)|\(12|120/,
    lines: [2, 12],
  },

  {
    fix: 'vllm/indexer-length-floor',
    says: /^no indexer has a _prepare_uniform_decode_kernel, or adds offsets_buffer to the lengths of requests$/,
    nowhere: [['_prepare_uniform_decode_kernel|\\+ self\\.offsets_buffer', 'vllm']],
  },
  {
    fix: 'vllm/indexer-length-floor',
    says: /^a padded slot of the sparse indexer has the length -1$/,
    note: /^a padded slot has the length -1$/,
  },
  {
    fix: 'vllm/indexer-length-floor',
    says: /^lengths of the sparse indexer are at least 0$/,
    note: /^a padded slot has the length 0$/,
  },
  {
    fix: 'vllm/indexer-length-floor',
    says: /^a padded slot has the length -1$/,
    at: /- (?:max_decode_len|next_n)/,
    not: /maximum|clamp/,
    lines: [0, 6],
  },
  {
    fix: 'vllm/indexer-length-floor',
    says: /^a padded slot has the length 0$/,
    at: /maximum|clamp/,
    lines: [0, 8],
  },

  {
    fix: 'vllm/nvfp4-rowmajor-quant',
    says: /^no FP4 quantisation kernel below csrc\/ spreads its columns over the grid \(blockIdx\.y\)$/,
    nowhere: [['blockIdx\\.y', 'csrc/*fp4*']],
  },
  {
    fix: 'vllm/nvfp4-rowmajor-quant',
    says: /^half of each row is never converted/,
    note: /^the guard counts scale groups: half of each row/,
  },
  {
    fix: 'vllm/nvfp4-rowmajor-quant',
    says: /^guard and grid cover every packed column$/,
    note: /^the grid covers every packed column$/,
  },
  {
    fix: 'vllm/nvfp4-rowmajor-quant',
    says: /^(?:the guard counts scale groups: half of each row is converted|every packed column is converted)$/,
    at: /^\s*if \(colIdx </,
    lines: [0, 0],
  },
  {
    fix: 'vllm/nvfp4-rowmajor-quant',
    says: /^the grid counts scale groups$/,
    at: /div_round_up\(sf_n_/,
    lines: [0, 1],
  },
  {
    fix: 'vllm/nvfp4-rowmajor-quant',
    says: /^the grid covers every packed column$/,
    at: /(?:num_(?:padded|packed)_cols|n \/ CVT_FP4_ELTS_PER_THREAD)[\s\S]*div_round_up/,
    lines: [4, 1],
  },
  {
    fix: 'vllm/nvfp4-rowmajor-quant',
    says: /^(?:output rows are spaced like input rows, which are twice as long|a row of output follows the other)$/,
    at: /\bout\w*\[/,
    lines: [2, 2],
  },
];
