import type { Claim } from './claim.js';

/** What reasons about vLLM's models and their layers claim. */
export const VLLM_MODELS: readonly Claim[] = [
  {
    fix: 'vllm/mtp-exclusion',
    says: /^no Qwen MTP model below vllm\/ builds an fc under its own prefix/,
    nowhere: [['prefix=.*\\.fc["\']', 'vllm/*qwen*mtp*.py']],
  },
  {
    fix: 'vllm/mtp-exclusion',
    says: /^mtp\.fc is quantised although the exclude list names the MTP layers, in (\w+)(?: and (\w+))?$/,
    note: /^quantises mtp\.fc beside excluded MTP layers$/,
    holds: [['^class $1\\b', 'vllm/*mtp*.py']],
  },
  {
    fix: 'vllm/mtp-exclusion',
    says: /^every Qwen MTP model of this revision builds fc unquantised for ModelOpt NVFP4$/,
    note: /^needs no rule: the models build mtp\.fc unquantised$/,
    holds: [['modelopt_fp4|quant_config=None', 'vllm/*qwen*mtp*.py']],
  },
  {
    fix: 'vllm/mtp-exclusion',
    says: /^(?:quantises mtp\.fc beside excluded MTP layers|needs no rule: the models build mtp\.fc unquantised)$/,
    at: /def is_layer_excluded\b/,
    not: /mtp\.fc/,
    lines: [0, 40],
  },
  {
    fix: 'vllm/mtp-exclusion',
    says: /^(\w+): self\.fc = (\w+): (quantised|exempt)$/,
    async check(scene, [, name, layer, state]) {
      const [place] = await scene.grep(`^class ${name}\\b`, ['vllm/*mtp*.py']);
      const text = (await scene.text(place?.split(':')[0] ?? '')) ?? '';
      const from = text.indexOf(`class ${name}`);
      const at = text.indexOf(`self.fc = ${layer}(`, from);
      const call = text.slice(Math.max(from, at - 500), text.indexOf('\n        )', at) + 9);
      const exempt =
        /modelopt_fp4|quant_config=None/.test(call) || !/quant_config=/.test(text.slice(at, at + 400));
      return at >= 0 && exempt === (state === 'exempt') ? undefined : `${name}: ${call}`;
    },
  },

  {
    fix: 'vllm/mtp-fc-unquantized',
    says: /^no Qwen MTP model below vllm\/ builds an fc under its own prefix/,
    nowhere: [['prefix=.*\\.fc["\']', 'vllm/*qwen*mtp*.py']],
  },
  {
    fix: 'vllm/mtp-fc-unquantized',
    says: /^mtp\.fc is built quantised for ModelOpt NVFP4; gate_up_proj is mapped to layers that it is not loaded from$/,
    note: /\.fc: built with the checkpoint's quantisation$/,
    check: (_scene, _match, { sites }) =>
      sites.some(({ state, what }) => state === 'wrong' && /^gate_up_proj is mapped/.test(what))
        ? undefined
        : 'no mapping is wrong',
  },
  {
    fix: 'vllm/mtp-fc-unquantized',
    says: /^mtp\.fc is unquantised for ModelOpt NVFP4, and gate_up_proj is mapped right$/,
    note: /\.fc: unquantised for ModelOpt NVFP4$/,
  },
  {
    fix: 'vllm/mtp-fc-unquantized',
    says: /^(\w+)\.fc: built with the checkpoint's quantisation$/,
    at: /self\.fc = [\s\S]*\bquant_config=\w*quant_config/,
    not: /modelopt_fp4|quant_config=None/,
    lines: [4, 9],
    holds: [['^class $1\\b', 'vllm/*mtp*.py']],
  },
  {
    fix: 'vllm/mtp-fc-unquantized',
    says: /^(\w+)\.fc: unquantised for ModelOpt NVFP4$/,
    at: /modelopt_fp4|quant_config=None/,
    lines: [14, 12],
    holds: [['^class $1\\b', 'vllm/*mtp*.py']],
  },
  {
    fix: 'vllm/mtp-fc-unquantized',
    says: /^gate_up_proj is mapped to (\w+) and (\w+), and made, in every gated MLP, of gate_proj and up_proj$/,
    at: /"gate_up_proj": \[\s*"$1",\s*"$2"/,
    lines: [0, 4],
    async check(scene, _match, { sites: [site] }) {
      return /"gate_up_proj", "/.test((await scene.text(site!.path))!) ? 'the file says how' : undefined;
    },
  },
  {
    fix: 'vllm/mtp-fc-unquantized',
    says: /^gate_up_proj is mapped to (\w+) and (\w+), and loaded from (\w+) and (\w+)$/,
    at: /"gate_up_proj": \[\s*"$1",\s*"$2"/,
    lines: [0, 4],
    async check(scene, [, , , first, second], { sites: [site] }) {
      const text = (await scene.text(site!.path))!;
      const from = [...text.matchAll(/"\.?gate_up_proj", "\.?(\w+)"/g)].map(([, name]) => name);
      return [first, second].every((name) => from.includes(name)) ? undefined : `loaded from ${from}`;
    },
  },

  {
    fix: 'vllm/qwen3-next-prefix',
    says: /^no Python file sets self\.in_proj_qkvz or defines create_qkvz_proj$/,
    nowhere: [['self\\.in_proj_qkvz|def create_qkvz_proj', '*.py']],
  },
  {
    fix: 'vllm/qwen3-next-prefix',
    says: /^the constructor builds in_proj_qkvz itself: no factory method can double its name$/,
    nowhere: [['def create_qkvz_proj', '*.py']],
    holds: [['self\\.in_proj_qkvz = \\w+Linear\\(', 'vllm/*.py']],
  },
  {
    fix: 'vllm/qwen3-next-prefix',
    says: /^a factory method appends \.in_proj_qkvz to a prefix that ends in it already$/,
    note: /appends what its caller passed already$/,
    holds: [['prefix=f"\\{prefix\\}\\.in_proj_qkvz"', 'vllm/*qwen3_next*.py']],
  },
  {
    fix: 'vllm/qwen3-next-prefix',
    says: /^every factory method gives its layer the name that the caller chose$/,
    note: /gives its layer the name that the caller chose$/,
  },
  {
    fix: 'vllm/qwen3-next-prefix',
    says: /^(\w+)\.(\w+) appends what its caller passed already$/,
    at: /def $2\b[\s\S]*prefix=f"\{prefix\}\.in_proj/,
    holds: [['^class $1\\b', 'vllm/*.py']],
    lines: [0, 18],
  },
  {
    fix: 'vllm/qwen3-next-prefix',
    says: /^(\w+)\.(\w+) gives its layer the name that the caller chose$/,
    at: /def $2\b[\s\S]*prefix=prefix\b/,
    holds: [['^class $1\\b', 'vllm/*.py']],
    lines: [0, 30],
  },

  {
    fix: 'vllm/qwen3-next-fused-shards',
    says: /^no model or delta net builds a fused projection in_proj_qkvz or in_proj_ba$/,
    nowhere: [['self\\.in_proj_(qkvz|ba)\\b', 'vllm/*.py']],
  },
  {
    fix: 'vllm/qwen3-next-fused-shards',
    says: /^a fused tensor is split before it is sharded, in (?:in_proj_qkvz and )?in_proj_ba: wrong rows/,
    note: /is sharded as 2 tensors$/,
  },
  {
    fix: 'vllm/qwen3-next-fused-shards',
    says: /^the fused projections are sharded as one tensor each$/,
    note: /^in_proj_ba is (?:sharded as )?one tensor$/,
  },
  {
    fix: 'vllm/qwen3-next-fused-shards',
    says: /^(in_proj_\w+) is one tensor$/,
    at: /self\.$1 = ColumnParallelLinear\(/,
    lines: [0, 1],
  },
  {
    fix: 'vllm/qwen3-next-fused-shards',
    says: /^in_proj_\w+ is sharded as one tensor$/,
    // One size, for Qwen3-Next at least: where it takes two, the layout is another.
    at: /output_sizes ?= ?[([\s]*(?:sum\(|\w+ \* 2\]|[^,[\]]+,?\s*\])[\s\S]*MergedColumnParallelLinear\(|MergedColumnParallelLinear\([\s\S]*output_sizes=\[\s*(?:sum\(|[^,[\]]+,?\s*\])/,
    lines: [14, 12],
  },
  {
    fix: 'vllm/qwen3-next-fused-shards',
    says: /^in_proj_\w+ is sharded as 2 tensors$/,
    at: /\bMergedColumnParallelLinear\([\s\S]*output_sizes=\[[^\]]+(?:,[^\]]+|\] \* 2)/,
  },

  {
    fix: 'vllm/gdn-prefill-sm12x',
    says: /^no requirement \(METADATA, requirements\/cuda\.txt, setup\.py\) pins a version of flashinfer-python$/,
    nowhere: [['flashinfer-python *==', 'requirements/cuda.txt', 'setup.py']],
  },
  {
    fix: 'vllm/gdn-prefill-sm12x',
    says: /^FlashInfer ([\w.]+), which the requirements pin, has no prefill of gated delta nets that GB10 can load: 0\.6\.16 is the first/,
    holds: [['flashinfer-python *== *$1([^.0-9]|$)', 'requirements/cuda.txt', 'setup.py']],
    check: (_scene, [, version]) =>
      /^0\.(?:[0-5]\.\d+|6\.(?:\d|1[0-5]))(?:$|[.r])/.test(version!)
        ? undefined
        : `${version} is not before 0.6.16`,
  },
  {
    fix: 'vllm/gdn-prefill-sm12x',
    says: /^SM12x is prefilled by Triton, although the pinned FlashInfer has a kernel$/,
    note: /^SM12x takes the kernel of Triton$/,
    holds: [['flashinfer-python *== *0\\.6\\.(1[6-9]|[2-9][0-9])', 'requirements/cuda.txt']],
  },
  {
    fix: 'vllm/gdn-prefill-sm12x',
    says: /^SM12x takes the kernel of Triton$/,
    at: /def _resolve_gdn_prefill_backend\b/,
    not: /family\(120\)|\(12, ?\d\)/,
    lines: [0, 60],
  },

  {
    fix: 'vllm/fla-hopper-gate',
    says: /^no utils\.py of flash linear attention makes is_nvidia_hopper of the capability$/,
    nowhere: [['is_nvidia_hopper', 'vllm/*/ops/utils.py']],
  },
  {
    fix: 'vllm/fla-hopper-gate',
    says: /^GB10 counts as Hopper in flash linear attention$/,
    note: /^12\.x counts as Hopper$/,
  },
  {
    fix: 'vllm/fla-hopper-gate',
    says: /^12\.x counts as Hopper$/,
    at: /get_device_capability\([^)]*\)\[0\] >= 9/,
    not: /< ?1[02]/,
    lines: [0, 4],
  },
];
