import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import { readRecipe, readRecipes } from '../../src/recipes/load.js';
import { moeFileName } from '../../src/recipes/moe-file.js';
import { resolveRecipe, withInterface } from '../../src/recipes/resolve.js';
import { hasMirror, treeAt } from '../support/mirrors.js';
import { tempFolder } from '../support/temp.js';

const recipes = await readRecipes();

describe('the recipes', () => {
  it('have the models of the sources, each name once', () => {
    const names = recipes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const models = new Set(recipes.map(({ model }) => model));
    for (const model of [
      'nvidia/Qwen3-Next-80B-A3B-Instruct-NVFP4',
      'nvidia/Qwen3-30B-A3B-NVFP4',
      'openai/gpt-oss-120b',
      'RedHatAI/Qwen3-8B-NVFP4',
      'RedHatAI/Qwen3-32B-NVFP4',
      'RedHatAI/Llama-4-Scout-17B-16E-Instruct-NVFP4',
      'RedHatAI/Qwen3-30B-A3B-NVFP4',
      'RedHatAI/Qwen3-VL-235B-A22B-Instruct-NVFP4',
    ]) {
      expect(models).toContain(model);
    }
  });

  it.each(recipes)('$name needs fixes that there are', ({ needs }) => {
    for (const id of needs) expect(CODEMODS.map((codemod) => codemod.id)).toContain(id);
  });

  it('name the field that is wrong in a file of one’s own', async () => {
    const file = join(tempFolder(), 'mine.json');
    writeFileSync(file, JSON.stringify({ ...recipes[0], nodes: 0 }));
    await expect(readRecipe(file)).rejects.toThrow(/mine\.json: nodes: /);
  });
});

/** Revisions that the recipes must fit. Before v0.15, dense NVFP4 layers could not be sent to Marlin. */
const FITTING = [
  'v0.15.1',
  '3b30e6150777de549b11f67dde3ecc0d3b1f3f50',
  'v0.17.0',
  'v0.20.2',
  'v0.21.0rc2',
  '017e9f4448b700e85ee16023287b025693c72b9e',
];

/** Facts of upstream's history: what a revision reads, and what it does not. */
const NAMES: readonly [string, string, boolean][] = [
  ['v0.9.0', 'VLLM_TEST_FORCE_FP8_MARLIN', true],
  ['v0.9.0', 'VLLM_NVFP4_GEMM_BACKEND', false],
  ['v0.12.0', 'VLLM_NVFP4_GEMM_BACKEND', true],
  ['v0.14.0', 'VLLM_ATTENTION_BACKEND', true],
  ['v0.15.0', 'VLLM_ATTENTION_BACKEND', false],
  ['v0.11.0', 'VLLM_USE_TRTLLM_FP4_GEMM', true],
  ['v0.12.0', 'VLLM_USE_TRTLLM_FP4_GEMM', false],
  ['v0.16.0', '--moe-backend', false],
  ['v0.17.0', '--moe-backend', true],
  ['v0.21.0rc2', '--linear-backend', false],
  ['239b5ff30cf46f9196149c888a20be2096fdff03', '--linear-backend', true],
];

const skipped = hasMirror('vllm') ? '' : ' (skipped: DGX_PATCH_MIRRORS names no mirror of vllm)';

describe(`at real revisions${skipped}`, () => {
  it.skipIf(!hasMirror('vllm')).each(FITTING)('every recipe fits %s', async (revision) => {
    const tree = await treeAt('vllm', revision);
    try {
      await withInterface(tree, async (at) => {
        for (const recipe of recipes)
          expect((await resolveRecipe(recipe, at)).problems, recipe.name).toEqual([]);
      });
    } finally {
      tree.close();
    }
  });

  it.skipIf(!hasMirror('vllm')).each(NAMES)('%s and %s: %s', async (revision, name, known) => {
    const tree = await treeAt('vllm', revision);
    try {
      await withInterface(tree, async ({ flags, variables }) => {
        expect(name.startsWith('--') ? flags.has(name) : variables.has(name)).toBe(known);
      });
    } finally {
      tree.close();
    }
  });
});

describe('moeFileName', () => {
  const moe = { experts: 512, intermediate: 512 };
  it('halves N on two machines', () => {
    expect(moeFileName(moe, 2)).toBe('E=512,N=256,device_name=NVIDIA_GB10.json');
  });
  it('names the type of quantized experts', () => {
    expect(moeFileName({ ...moe, dtype: 'fp8_w8a8' }, 1)).toBe(
      'E=512,N=512,device_name=NVIDIA_GB10,dtype=fp8_w8a8.json',
    );
  });
  it('has no name for a size that does not divide, or a model without experts', () => {
    expect(moeFileName(moe, 3)).toBeUndefined();
    expect(moeFileName(undefined, 1)).toBeUndefined();
  });
});
