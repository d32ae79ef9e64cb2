import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../../../codemods/registry.js';
import type { Effect } from '../../../src/codemod/effect.js';
import { judgeTree } from '../../../src/judge/judge.js';
import { FolderTree } from '../../../src/tree/folder-tree.js';
import { MemoryTree } from '../../support/memory.js';

const mini = new FolderTree(new URL('../../../fixtures/trees/mini-vllm', import.meta.url).pathname);

/** The mini tree with files in place of its own. */
async function mixed(files: Readonly<Record<string, string>>): Promise<MemoryTree> {
  const own: Record<string, string> = {};
  for (const path of await mini.paths()) own[path] = (await mini.read(path))!.text;
  return new MemoryTree({ ...own, ...files });
}

async function effectOn(
  id: string,
  files: Readonly<Record<string, string>>,
  arch: string,
): Promise<Effect | undefined> {
  const codemods = CODEMODS.filter((codemod) => codemod.id === id);
  const tree = await mixed(files);
  const [outcome] = await judgeTree(tree, codemods, { cuda: '13.0', arch }, {}, { effects: true });
  expect(outcome!.verdict).toBe('needed');
  return outcome!.effect;
}

describe('vllm/software-e2m1', () => {
  const ENTRY = 'csrc/quantization/w8a8/cutlass/scaled_mm_entry.cu';
  const KERNELS = 'csrc/quantization/fp4/nvfp4_quant_kernels.cu';
  const include = '#include "../fp4/nvfp4_utils.cuh"\n';
  const kernel = `#include "nvfp4_utils.cuh"\n__global__ void quantise() {}\n`;
  const on = (files: Readonly<Record<string, string>>, arch = '12.1a') =>
    effectOn('vllm/software-e2m1', files, arch);

  it('has no effect where every kernel that converts is built for a target with a suffix', async () => {
    const effect = await on({ [KERNELS]: kernel });
    expect(effect).toMatchObject({ kind: 'none', because: expect.stringContaining('built for 12.0f') });
  });

  it('does not count a unit of a plain target that includes the header and has no kernel (W5)', async () => {
    expect(await on({ [ENTRY]: `${include}void entry() {}\n`, [KERNELS]: kernel })).toMatchObject({
      kind: 'none',
    });
  });

  it('counts one that has a kernel, in itself or in a header on the way', async () => {
    const stops = { kind: 'stops', concerns: 'builds for a plain 12.x target' };
    expect(await on({ [ENTRY]: `${include}__global__ void k() {}\n` })).toEqual(stops);
    const header = 'csrc/quantization/w8a8/quant_kernels.cuh';
    expect(
      await on({
        [ENTRY]: '#include "../quant_kernels.cuh"\n',
        [header]: `${include}template <int N> __global__ void k() {}\n`,
      }),
    ).toEqual(stops);
  });

  it('has no effect where nothing that converts is built for 12.x (V4)', async () => {
    expect(await on({})).toMatchObject({
      kind: 'none',
      because: 'no kernel that converts to FP4 is built for 12.x',
    });
  });
});

describe('vllm/capability-routing', () => {
  const ID = 'vllm/capability-routing';
  const none = {
    'csrc/quantization/w8a8/cutlass/c3x/scaled_mm.cuh': '',
    'csrc/moe/marlin_moe_wna16/ops.cu': '',
    'csrc/quantization/marlin/marlin.cu': '',
    'csrc/moe/marlin_moe_wna16/generate_kernels.py': '',
    'csrc/quantization/marlin/generate_kernels.py': '',
    'vllm/model_executor/layers/quantization/utils/marlin_utils.py': '',
  };
  const dispatch = (condition: string) => ({
    ...none,
    'csrc/quantization/w8a8/cutlass/scaled_mm_entry.cu': `void f() {\n  int version_num = get_sm_version_num();\n  if (${condition}) {\n    scaled_matmul_sm120();\n    return;\n  }\n}\n`,
  });

  it('has no effect where only the bound for later families is missing (W6)', async () => {
    for (const arch of ['12.0f', '12.1a']) {
      expect(await effectOn(ID, dispatch('version_num >= 120'), arch)).toMatchObject({
        kind: 'none',
        because: expect.stringContaining('12.1 is admitted'),
      });
    }
  });

  it('concerns every build where the dispatch leaves 12.1 out', async () => {
    expect(await effectOn(ID, dispatch('version_num == 120'), '12.0f')).toMatchObject({
      kind: 'stops',
      concerns: 'FP8 and NVFP4 models',
    });
  });

  it('concerns a native build alone where guards are exact', async () => {
    const { 'csrc/quantization/w8a8/cutlass/c3x/scaled_mm.cuh': _, ...others } = none;
    const files = { ...others, ...dispatch('version_num >= 120 && version_num < 130') };
    delete (files as Record<string, string>)['csrc/quantization/w8a8/cutlass/c3x/scaled_mm.cuh'];
    expect((await effectOn(ID, files, '12.1a'))?.concerns).toBe('FP8 models in a native 12.1a build');
    expect((await effectOn(ID, files, '12.0f'))?.kind).toBe('none');
  });
});

describe('vllm/cuda-arch-lists', () => {
  it('says of a native build that GB10 runs what is built without it', async () => {
    const qutlass = { 'cmake/external_projects/qutlass.cmake': '' };
    expect(await effectOn('vllm/cuda-arch-lists', qutlass, '12.1a')).toMatchObject({
      kind: 'none',
      because: expect.stringContaining('GB10 runs what is built without it'),
    });
  });

  it('says of a family build that QuTLASS alone is lost', async () => {
    expect(await effectOn('vllm/cuda-arch-lists', {}, '12.0f')).toMatchObject({
      kind: 'stops',
      concerns: 'FP-Quant models (QuTLASS)',
    });
  });
});
