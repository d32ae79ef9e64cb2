import { describe, expect, it } from 'vitest';
import { resolveRecipe, withInterface } from '../../src/recipes/resolve.js';
import type { PlainSetting, Recipe } from '../../src/recipes/schema.js';
import { settingProblem } from '../../src/recipes/validate.js';
import { INTERFACE, interfaceTree } from '../support/mini-interface.js';

const problemOf = (setting: PlainSetting): Promise<string | undefined> =>
  withInterface(interfaceTree(), (at) => settingProblem(setting, at));

const recipe: Recipe = {
  formatVersion: 1,
  name: 'mini',
  title: 'Mini',
  model: 'mini/model',
  format: 'NVFP4',
  nodes: 1,
  serve: { maxModelLen: 1024, gpuMemoryUtilization: 0.5, maxNumSeqs: 4 },
  settings: [],
  needs: [],
  claims: [],
  known: [],
};

describe('settingProblem', () => {
  it.each<PlainSetting>([
    { flag: '--kv-kind', value: 'fp8' },
    { flag: '--maybe-kind', value: 'auto' },
    { flag: '--open-kind', value: 'anything' },
    { flag: '--caching' },
    { flag: '--no-caching' },
    { flag: '--no-either' },
    { flag: '--no-auto-tools' },
    { flag: '--size', value: 3 },
    { flag: '--engine', value: 'flash-one' },
    { flag: '--level', value: 'low' },
    { flag: '--switch' },
    { flag: '--port', value: 80 },
    { flag: '--draft-config', value: { method: 'mtp', tokens: 2 } },
    { env: 'VLLM_PLAIN', value: '1' },
    { env: 'VLLM_CHOSEN', value: 'two' },
    { env: 'VLLM_EXTRA_ARGS', value: '--size 3' },
    { env: 'NCCL_DEBUG', value: 'INFO' },
  ])('takes %j', async (setting) => {
    expect(await problemOf(setting)).toBeUndefined();
  });

  it.each<[PlainSetting, string]>([
    [{ flag: '--gone', value: 1 }, 'no flag --gone'],
    [{ flag: '--kv-kind', value: 'int4' }, 'one of auto, fp8'],
    [{ flag: '--kv-kind' }, 'needs a value'],
    [{ flag: '--engine', value: 'other' }, 'FLASH_ONE'],
    [{ flag: '--level', value: 'middle' }, 'low, high'],
    [{ flag: '--switch', value: 'on' }, 'takes no value'],
    [{ flag: '--no-switch' }, 'no --no- form'],
    [{ flag: '--no-size' }, 'no --no- form'],
    [{ flag: '--draft-config', value: { method: 'eagle' } }, 'method does not take eagle'],
    [{ flag: '--draft-config', value: { words: 2 } }, 'no field words'],
    [{ env: 'VLLM_NEVER', value: '1' }, 'does not read VLLM_NEVER'],
    [{ env: 'VLLM_CHOSEN', value: 'three' }, 'one of one, Two'],
    [{ env: 'VLLM_ATTENTION_BACKEND', value: 'X' }, 'went away in v0.15.0, use --attention-backend'],
  ])('refuses %j', async (setting, words) => {
    expect(await problemOf(setting)).toContain(words);
  });

  it('says that a tree without a parser is none', async () => {
    const { 'vllm/engine/arg_utils.py': _gone, ...rest } = INTERFACE;
    const { mapTree } = await import('../support/map-tree.js');
    await expect(withInterface(mapTree(rest), async () => 0)).rejects.toThrow('argument parser');
  });
});

describe('resolveRecipe', () => {
  const resolve = (settings: Recipe['settings']) =>
    withInterface(interfaceTree(), (at) => resolveRecipe({ ...recipe, settings }, at));

  it('takes the first spelling that the revision knows', async () => {
    const firstOf: PlainSetting[] = [
      { flag: '--newer', value: 'x' },
      { env: 'VLLM_CHOSEN', value: 'one' },
      { env: 'VLLM_PLAIN', value: '1' },
    ];
    const { settings, problems } = await resolve([{ why: 'a choice', firstOf }]);
    expect(settings).toEqual([firstOf[1]]);
    expect(problems).toEqual([]);
  });

  it('names every spelling that fails, and leaves the setting out', async () => {
    const firstOf: PlainSetting[] = [{ flag: '--newer' }, { env: 'VLLM_CHOSEN', value: 'no' }];
    const { settings, problems } = await resolve([{ why: 'a choice', firstOf }]);
    expect(settings).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/^a choice: .*--newer; .*VLLM_CHOSEN/)]);
  });

  it('warns of a variable that goes away', async () => {
    expect(await resolve([{ env: 'VLLM_OLD', value: '1' }])).toMatchObject({
      problems: [],
      warnings: ['VLLM_OLD is deprecated at this revision'],
    });
  });
});
