import type { Claim } from './claim.js';

const EMULATION = 'vllm/*emulation*.py';

/** What reasons about vLLM's MoE layers and its emulation of NVFP4 claim. */
export const VLLM_MOE: readonly Claim[] = [
  {
    fix: 'vllm/nvfp4-emulation',
    says: /^no Python file defines run_nvfp4_emulations$/,
    nowhere: [['def run_nvfp4_emulations', '*.py']],
  },
  {
    fix: 'vllm/nvfp4-emulation',
    says: /^the NVFP4 emulation is a method here, in (\S+), and no other file's contract$/,
    nowhere: [['^def run_nvfp4_emulations', '*.py']],
    holds: [['^ +def run_nvfp4_emulations', '$1']],
  },
  {
    fix: 'vllm/nvfp4-emulation',
    says: /^(\S+) defines run_nvfp4_emulations, and nothing calls it$/,
    nowhere: [['(^|[^f]) ?\\brun_nvfp4_emulations\\(', ':!$1', 'vllm/*.py']],
    holds: [['^def run_nvfp4_emulations', '$1']],
  },
  {
    fix: 'vllm/nvfp4-emulation',
    says: /^the emulation expects (\w+) scales and a (\w+), and gets (\w+) scales and a (\w+)$/,
    check: (_scene, [text], { sites }) => sites.find(({ what }) => `the emulation ${what}` !== text)?.what,
  },
  {
    fix: 'vllm/nvfp4-emulation',
    says: /^expects swizzled scales and a divisor, and gets \w+ scales and a \w+$/,
    at: /def run_nvfp4_emulations\b/,
    holds: [['convert_swizzled_to_linear', EMULATION]],
  },
  {
    fix: 'vllm/nvfp4-emulation',
    says: /^expects linear scales and a factor, and gets linear scales and a factor$/,
    at: /def run_nvfp4_emulations\b/,
    holds: [['swizzle', EMULATION]],
  },

  {
    fix: 'vllm/nvfp4-moe-backend',
    says: /^no Python file of a MoE below vllm\/ defines select_nvfp4_moe_backend$/,
    nowhere: [['def select_nvfp4_moe_backend', '*.py']],
  },
  {
    fix: 'vllm/nvfp4-moe-backend',
    says: /^select_nvfp4_moe_backend has no loop that asks is_supported_config/,
    nowhere: [['is_supported_config', 'vllm/*oracle/nvfp4.py']],
    holds: [['def select_nvfp4_moe_backend', 'vllm/*.py']],
  },
  {
    fix: 'vllm/nvfp4-moe-backend',
    says: /^the FlashInfer loop drops the kernel class that it computed$/,
    note: /is computed, and None is returned$/,
  },
  {
    fix: 'vllm/nvfp4-moe-backend',
    says: /^the loop over backends returns the kernel class that it computed$/,
    note: /^\w+ is returned$/,
  },
  {
    fix: 'vllm/nvfp4-moe-backend',
    says: /^(\w+) is computed, and None is returned$/,
    at: /^\s*return \w+, None$/,
    lines: [0, 0],
    holds: [['\\b$1\\b', 'vllm/*oracle/nvfp4.py']],
  },
  { fix: 'vllm/nvfp4-moe-backend', says: /^(\w+) is returned$/, at: /^\s*return .*\b$1\b/, lines: [0, 3] },

  {
    fix: 'vllm/flashinfer-nvfp4-moe-gate',
    says: /^no ModelOptNvFp4FusedMoE, is_flashinfer_fp4_cutlass_moe_available or FlashInferExperts below vllm\/ decides/,
    nowhere: [['is_flashinfer_fp4_cutlass_moe_available|FlashInferExperts|allow_flashinfer_cutlass', 'vllm']],
  },
  {
    fix: 'vllm/flashinfer-nvfp4-moe-gate',
    says: /^FlashInfer CUTLASS MoE is refused on SM12x, where it has kernels$/,
    note: /admits SM100 and not SM12x$/,
  },
  {
    fix: 'vllm/flashinfer-nvfp4-moe-gate',
    says: /^FlashInfer CUTLASS MoE admits 12\.1$/,
    check: (_scene, _match, { sites }) => sites.find(({ what }) => !/ admits 12\.1$/.test(what))?.what,
  },
  {
    fix: 'vllm/flashinfer-nvfp4-moe-gate',
    says: /^this revision closes FlashInfer CUTLASS MoE on 12\.1 on purpose \(65b980896\): it stays closed$/,
    note: /admits 12\.0 and, on purpose, not 12\.1$/,
  },
  {
    fix: 'vllm/flashinfer-nvfp4-moe-gate',
    says: /^(\w+)(?:'.*)? admits SM100 and not SM12x$/,
    at: /\(100\)/,
    not: /120|\b12\b/,
    lines: [0, 14],
    holds: [['(class|def) $1\\b', 'vllm/*.py']],
  },
  {
    fix: 'vllm/flashinfer-nvfp4-moe-gate',
    says: /^(\w+)(?:'.*)? admits 12\.1$/,
    at: /has_device_capability\(\s*(?:100|90)\s*\)|family\(120\)|scheme\b/,
    lines: [0, 24],
    holds: [['(class|def) $1\\b', 'vllm/*.py']],
  },
  {
    fix: 'vllm/flashinfer-nvfp4-moe-gate',
    says: /^(\w+)(?:'.*)? admits 12\.0 and, on purpose, not 12\.1$/,
    at: /is_device_capability\(\(?12,? ?0\)?\)/,
    lines: [0, 14],
  },

  {
    fix: 'vllm/mxfp4-moe-gate',
    says: /^no get_mxfp4_backend below vllm\/ asks for VLLM_USE_FLASHINFER_MOE_MXFP4_MXFP8_CUTLASS$/,
    async check(scene) {
      const holders = await scene.grep('^def get_mxfp4_backend\\b', ['vllm']);
      const files = holders.map((line) => line.split(':')[0]!);
      const asking = files.length > 0 ? await scene.grep('MOE_MXFP4_MXFP8_CUTLASS', files) : [];
      return asking[0];
    },
  },
  {
    fix: 'vllm/mxfp4-moe-gate',
    says: /^FlashInfer ([\w.]+), which the requirements pin, has no CUTLASS MXFP4 MoE for SM12x: 0\.5\.3 is the first with one$/,
    holds: [
      ['flashinfer-python *== *$1([^.0-9]|$)', 'requirements/cuda.txt', 'setup.py'],
      ['def get_mxfp4_backend', 'vllm'],
    ],
    check: (_scene, [, version]) =>
      /^0\.(?:[0-4]\.\d+|5\.[0-2])(?:$|[.r])/.test(version!) ? undefined : `${version} is not before 0.5.3`,
  },
  {
    fix: 'vllm/mxfp4-moe-gate',
    says: /^the CUTLASS MXFP4-MXFP8 backend is closed to SM12x$/,
    note: /is for SM100 only$/,
  },
  {
    fix: 'vllm/mxfp4-moe-gate',
    says: /^the choice of the CUTLASS MXFP4-MXFP8 backend is for SM100 only$/,
    at: /is_device_capability(?:_family)?\(100\)[\s\S]*MXFP4_MXFP8_CUTLASS/,
    not: /\(12\d\)/,
    lines: [0, 4],
  },

  {
    fix: 'vllm/mxfp4-moe-swizzle',
    says: /^no moe_kernel_quantize_input below vllm\/ passes is_sf_swizzled_layout for MXFP8$/,
    async check(scene) {
      const found = await scene.grep('is_sf_swizzled_layout', ['vllm/model_executor/layers/fused_moe/*.py']);
      const holders = await scene.grep('def moe_kernel_quantize_input', ['vllm']);
      const path = holders[0]?.split(':')[0];
      return found.filter((line) => line.startsWith(`${path}:`)).find((line) => /mxfp8/i.test(line));
    },
  },
  {
    fix: 'vllm/mxfp4-moe-swizzle',
    says: /^MXFP8 scales have the caller's layout$/,
    note: /^the caller's layout is passed on$/,
  },
  { fix: 'vllm/mxfp4-moe-swizzle', says: /^MXFP8 scales are never swizzled$/, note: /^the layout is False$/ },
  {
    fix: 'vllm/mxfp4-moe-swizzle',
    says: /^the caller's layout is passed on$/,
    at: /is_sf_swizzled_layout=\w*scale_swizzled/,
    lines: [1, 1],
  },
  {
    fix: 'vllm/mxfp4-moe-swizzle',
    says: /^the layout is False$/,
    at: /is_sf_swizzled_layout=False/,
    lines: [0, 0],
  },
];
