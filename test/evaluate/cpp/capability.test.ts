import { afterAll, describe, expect, it } from 'vitest';
import { leafValues, valueOn } from '../../../src/evaluate/cpp/capability.js';
import { Documents } from '../../../src/syntax/parser.js';
import { descendants, field } from '../../../src/syntax/query.js';

const documents = new Documents();
afterAll(() => documents.dispose());

const DEVICES = [89, 90, 100, 120, 121, 130];

describe('a C++ condition as a set of capabilities', () => {
  const admitted = async (condition: string, before = ''): Promise<number[] | undefined> => {
    const text = `void f(int version_num, bool wide) {\n  ${before}\n  if (${condition}) return;\n}\n`;
    const { root } = await documents.parse({ path: 'f.cu', text }, 'cuda');
    const node = field(descendants(root, 'if_statement')[0], 'condition')!;
    const values = DEVICES.map((device) => valueOn(node, text, leafValues(node, text), device));
    return values.includes(undefined) ? undefined : DEVICES.filter((_, index) => values[index] !== 0);
  };

  it.each([
    ['version_num >= 120', [120, 121, 130]],
    ['120 <= version_num && version_num < 130', [120, 121]],
    ['version_num == 120', [120]],
    ['version_num == 120 || version_num == 121', [120, 121]],
    ['version_num / 10 == 12', [120, 121]],
    ['!(version_num < 120u)', [120, 121, 130]],
    ['wide && version_num >= 120', [120, 121, 130]],
    ['get_sm_version_num() >= 120', [120, 121, 130]],
    ['(/* Ada */ version_num == 89)', [89]],
  ])('%s', async (condition, expected) => {
    expect(await admitted(condition)).toEqual(expected);
  });

  it('knows a renamed local by what is put into it', async () => {
    expect(await admitted('chip >= 120', 'int32_t chip = get_sm_version_num();')).toEqual([120, 121, 130]);
    const asked =
      'int a, b; cudaDeviceGetAttribute(&a, cudaDevAttrComputeCapabilityMajor, 0); cudaDeviceGetAttribute(&b, cudaDevAttrComputeCapabilityMinor, 0);';
    expect(await admitted('a * 10 + b == 120', asked)).toEqual([120]);
    expect(await admitted('a == 12', asked)).toEqual([120, 121]);
  });

  it('does not guess', async () => {
    expect(await admitted('is_client(version_num)')).toBeUndefined();
    expect(await admitted('wide || version_num >= 120')).toBeUndefined();
    expect(await admitted('tile >= 120', 'int tile = 128;')).toBeUndefined();
  });
});
