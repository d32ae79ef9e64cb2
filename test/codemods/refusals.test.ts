import { describe, expect, it } from 'vitest';
import { findRefused, REFUSALS } from '../../codemods/refusals.js';
import { TreeWorkbench } from '../../src/judge/workbench.js';
import { BUILD, codemodOf, MemoryTree } from '../support/memory.js';

/** The harmful edits of a tree, as `id path:line`. */
async function refused(
  files: Readonly<Record<string, string>>,
  project: 'vllm' | 'flashinfer' = 'vllm',
): Promise<string[]> {
  const workbench = new TreeWorkbench(new MemoryTree(files), BUILD);
  const nobody = codemodOf('vllm/nobody', {
    judge: async () => ({ absent: 'nothing' }),
    rewrite: () => [],
  });
  try {
    const warnings = await findRefused(workbench.context(nobody, []), project);
    return warnings.flatMap(({ refusal, traces }) =>
      traces.map(({ path, line }) => `${refusal.id} ${path}:${line}`),
    );
  } finally {
    workbench.dispose();
  }
}

const CMAKE = 'CMakeLists.txt';

/** A CMake variable's value. */
const ref = (name: string): string => `\${${name}}`;

/** A kernel group with a list, and the flag that its block sets. */
const group = (list: string, flag: string, archs = ref('SOME_ARCHS')): string =>
  [
    `set_gencode_flags_for_srcs(SRCS "${ref('BASE')}" CUDA_ARCHS "${ref('CUDA_ARCHS')}")`,
    'if(CUDA_VERSION VERSION_GREATER_EQUAL 13.0)',
    `  cuda_archs_loose_intersection(SOME_ARCHS "${list}" "${ref('CUDA_ARCHS')}")`,
    'else()',
    `  cuda_archs_loose_intersection(SOME_ARCHS "10.0a" "${ref('CUDA_ARCHS')}")`,
    'endif()',
    `set_gencode_flags_for_srcs(SRCS "${ref('SRCS')}" CUDA_ARCHS "${archs}")`,
    `list(APPEND FLAGS "-DENABLE_${flag}=1")`,
  ].join('\n');

const kernelClass = (name: string, test: string): string =>
  [
    `class ${name}:`,
    '    def is_supported(cls, compute_capability=None):',
    `        if ${test}:`,
    '            return False, "no"',
    '        return True, None',
  ].join('\n');

describe('a tree that carries a harmful edit', () => {
  it.each([
    [
      'FP4 types of its own',
      { 'csrc/our_fp4.h': '#pragma once\nstruct __align__(1) __nv_fp4_e2m1 {\n  char x;\n};\n' },
      'vllm/fp4-types csrc/our_fp4.h:2',
    ],
    [
      '12.x for SM100 GEMMs',
      { [CMAKE]: group('10.0f;12.1f', 'SCALED_MM_SM100') },
      'vllm/sm100-lists CMakeLists.txt:3',
    ],
    [
      'trtllm-gen on the family',
      {
        'vllm/moe/trtllm_nvfp4_moe.py':
          'class A:\n    def _supports_current_device():\n        return p.is_device_capability_family(120)\n',
      },
      'vllm/trtllm-gates vllm/moe/trtllm_nvfp4_moe.py:2',
    ],
    [
      'trtllm-gen for major 12 in a list',
      {
        'vllm/moe/trtllm_fp8_moe.py':
          'class A:\n    def _supports_current_device():\n        p = current_platform\n        return p.is_cuda() and p.get_device_capability().major in (10, 12)\n',
      },
      'vllm/trtllm-gates vllm/moe/trtllm_fp8_moe.py:2',
    ],
    [
      'plain 12.1 in the CMake',
      { [CMAKE]: `set_gencode_flags_for_srcs(SRCS "${ref('FILES')}" CUDA_ARCHS "12.1")\n` },
      'vllm/plain-sm121 CMakeLists.txt:1',
    ],
    [
      'plain 12.1 in an image',
      { 'docker/Dockerfile.spark': 'FROM base\nENV TORCH_CUDA_ARCH_LIST="9.0 12.1"\n' },
      'vllm/plain-sm121 docker/Dockerfile.spark:2',
    ],
    [
      'FP8 switched off',
      { 'vllm/kernels/scaled_mm/cutlass.py': kernelClass('CutlassFP8Kernel', 'compute_capability == 121') },
      'vllm/disabled-fp8 vllm/kernels/scaled_mm/cutlass.py:3',
    ],
    [
      'kernels for SM121 on SM100 tags',
      { 'csrc/w8a8/scaled_mm_sm121.cu': 'using Tag = cutlass::arch::Sm100;\n' },
      'vllm/native-sm121-kernels csrc/w8a8/scaled_mm_sm121.cu:1',
    ],
  ])('%s', async (_title, files, expected) => {
    expect(await refused(files as Record<string, string>)).toEqual([expected]);
  });
});

describe('a tree that does not', () => {
  it.each([
    [
      'a use and a forward declaration of the FP4 types',
      { 'csrc/use.h': 'struct __nv_fp4_e2m1;\n__nv_fp4_e2m1 one(float x) { return __nv_fp4_e2m1(x); }\n' },
    ],
    [
      'trtllm-gen that names SM12x to leave it out',
      {
        'vllm/moe/trtllm_moe.py':
          'class A:\n    def _supports_current_device():\n        return p.is_device_capability_family(100) and not p.is_device_capability_family(120)\n',
      },
    ],
    ['12.x for SM120 GEMMs', { [CMAKE]: group('12.0f;12.1f', 'SCALED_MM_SM120') }],
    ['12.x for a group that serves every family', { [CMAKE]: group('9.0a;10.0f;12.0f', 'MOE_DATA') }],
    [
      'an SM100 group whose list is written elsewhere',
      { [CMAKE]: group('10.0f', 'SCALED_MM_SM100', '10.0a') },
    ],
    [
      'trtllm-gen on SM100',
      {
        'vllm/moe/trtllm_nvfp4_moe.py':
          'class A:\n    def _supports_current_device():\n        return p.is_device_capability_family(100)\n',
      },
    ],
    ['12.1a in an image', { 'docker/Dockerfile': 'ENV TORCH_CUDA_ARCH_LIST="12.1a"\n' }],
    ['plain 12.1 among what a release supports', { [CMAKE]: 'set(CUDA_SUPPORTED_ARCHS "12.0;12.1")\n' }],
    [
      'FP8 on, INT8 off',
      { 'vllm/kernels/scaled_mm/cutlass.py': kernelClass('CutlassInt8Kernel', 'compute_capability == 121') },
    ],
    [
      'a limit that is not about GB10',
      { 'vllm/kernels/scaled_mm/cutlass.py': kernelClass('CutlassFP8Kernel', 'compute_capability < 89') },
    ],
    ['an SM120 kernel for GB10', { 'csrc/w8a8/gb10_tiles.cu': 'using Tag = cutlass::arch::Sm120;\n' }],
  ])('%s', async (_title, files) => {
    expect(await refused(files as Record<string, string>)).toEqual([]);
  });
});

/** A gate of vLLM as a function, in the file that it belongs to. */
const MLA = 'vllm/v1/attention/backends/mla';
const gate = (name: string, body: string, cls = 'A'): string =>
  `class ${cls}:\n    def ${name}(cls, capability=None):\n${body}\n`;
const answers = (name: string, answer: string, cls?: string): string =>
  gate(name, `        return ${answer}`, cls);
const FA4 = (families: string): string =>
  gate(
    '_is_fa4_supported',
    `        if not FA4_AVAILABLE:\n            return False, "no"\n        if not (${families}):\n            return False, "no"\n        return True, None`,
  );

describe('a gate that must stay as it is on GB10', () => {
  it.each([
    [
      'DeepGEMM',
      'vllm/platforms/cuda.py',
      'support_deep_gemm',
      'p.is_device_capability((12, 0))',
      'vllm/deep-gemm-closed',
    ],
    [
      'plans of B300',
      'vllm/models/a/low_latency_gemm.py',
      '_is_sm103',
      'p.has_device_capability((10, 3))',
      'vllm/skinny-gemm-gates',
    ],
  ])('%s, evaluated for 12.1', async (_title, path, name, answer, id) => {
    expect(await refused({ [path]: answers(name, answer) })).toEqual([`${id} ${path}:2`]);
  });

  it.each([
    ['vllm/platforms/cuda.py', answers('support_deep_gemm', 'p.is_device_capability_family(120)')],
    ['vllm/platforms/cuda.py', answers('support_deep_gemm', 'p.is_device_capability_family(100)')],
    ['vllm/models/a/low_latency_gemm.py', answers('_is_sm103', 'p.is_device_capability((10, 3))')],
    ['vllm/vllm_flash_attn/flash_attn_interface.py', FA4('p.is_device_capability_family(100)')],
  ])('says nothing of %s as upstream has it', async (path, text) => {
    expect(await refused({ [path]: text })).toEqual([]);
  });

  it.each([
    ['capability.major in [9, 10, 12]', true],
    ['capability.major >= 9', true],
    ['capability.major in [9, 10]', false],
  ])('FlashMLA with %s', async (answer, warned) => {
    const path = `${MLA}/flashmla.py`;
    const files = { [path]: answers('supports_compute_capability', answer, 'FlashMLABackend') };
    expect(await refused(files)).toEqual(warned ? [`vllm/mla-gates ${path}:2`] : []);
  });

  it('is read through the steps of a function', async () => {
    const path = 'vllm/vllm_flash_attn/flash_attn_interface.py';
    const text = FA4('p.is_device_capability_family(100) or p.is_device_capability_family(120)');
    expect(await refused({ [path]: text })).toEqual([`vllm/flash-attention-4-gate ${path}:2`]);
  });

  it('matters for FlashInfer’s MLA where it is handed the counter buffer', async () => {
    const path = `${MLA}/flashinfer_mla.py`;
    const open = answers(
      'supports_compute_capability',
      'capability.major in (10, 12)',
      'FlashInferMLABackend',
    );
    expect(await refused({ [path]: open })).toEqual([]);
    expect(await refused({ [path]: `${open}\ncall(multi_ctas_kv_counter_buffer=x)\n` })).toEqual([
      `vllm/flashinfer-mla-gate ${path}:2`,
    ]);
  });

  it('is for 12.0 alone in FlashInfer’s heuristic and in its KDA prefill', async () => {
    const heuristic = (test: string): string =>
      `def _heuristic_func_mm_fp4(a):\n    major, minor = get_compute_capability(a.device)\n    is_sm120 = ${test}\n`;
    const gemm = 'flashinfer/gemm/gemm_base.py';
    const kda = 'flashinfer/kda_prefill.py';
    const archs = '_SM120_KDA_SUPPORTED_COMPUTE_CAPABILITIES';
    const upstream = { [gemm]: heuristic('major == 12 and minor == 0'), [kda]: `${archs} = {(12, 0)}\n` };
    expect(await refused(upstream, 'flashinfer')).toEqual([]);
    const both = { [gemm]: heuristic('major == 12'), [kda]: `${archs} = {(12, 0), (12, 1)}\n` };
    expect(await refused(both, 'flashinfer')).toEqual([
      `flashinfer/sm120-alone ${gemm}:1`,
      `flashinfer/sm120-alone ${kda}:1`,
    ]);
  });
});

it('says of each why it harms and what to do instead', () => {
  for (const { id, why, instead, references } of REFUSALS) {
    expect(id).toMatch(/^(?:vllm|flashinfer)\/[a-z0-9-]+$/);
    expect(why.length).toBeGreaterThan(60);
    expect(instead).not.toBe('');
    expect(references.length).toBeGreaterThan(0);
  }
  expect(new Set(REFUSALS.map(({ id }) => id)).size).toBe(REFUSALS.length);
});
