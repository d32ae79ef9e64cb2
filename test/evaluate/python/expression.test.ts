import { afterAll, describe, expect, it } from 'vitest';
import { onPlatform } from '../../../src/evaluate/python/device.js';
import { pythonValue } from '../../../src/evaluate/python/expression.js';
import { holds } from '../../../src/evaluate/value.js';
import { Documents } from '../../../src/syntax/parser.js';
import { descendants, field, textOf } from '../../../src/syntax/query.js';

const documents = new Documents();
afterAll(() => documents.dispose());

const DEVICES = [89, 90, 100, 120, 121, 130];

describe('a Python condition as a set of capabilities', () => {
  const admitted = async (condition: string): Promise<number[] | undefined> => {
    const text = `if ${condition}:\n    pass\n`;
    const { root } = await documents.parse({ path: 'f.py', text }, 'python');
    const node = field(descendants(root, 'if_statement')[0], 'condition')!;
    const values = DEVICES.map((device) =>
      pythonValue(node, text, (leaf, own, value) =>
        leaf.type === 'identifier' && textOf(leaf, own) === 'arch'
          ? device
          : onPlatform(device)(leaf, own, value),
      ),
    );
    return values.includes(undefined) ? undefined : DEVICES.filter((_, index) => holds(values[index]));
  };

  it.each([
    ['arch in [89, 120]', [89, 120]],
    ['arch not in (89, 120)', [90, 100, 121, 130]],
    ['arch == 89 or arch // 10 == 12', [89, 120, 121]],
    ['p.is_device_capability(120)', [120]],
    ['p.is_device_capability((12, 1))', [121]],
    ['p.is_device_capability_family(120)', [120, 121]],
    ['p.has_device_capability(100)', [100, 120, 121, 130]],
    ['not p.is_device_capability(89) and not p.is_device_capability_family(120)', [90, 100, 130]],
    ['p.get_device_capability().major == 12', [120, 121]],
    ['9 <= arch // 10 < 12', [90, 100]],
    ['(arch // 10, arch % 10) >= (12, 1)', [121, 130]],
    ["f'sm_{arch}' == 'sm_1' '20'", [120]],
    ["('a' if arch == 120 else 'b') == 'a'", [120]],
    ['arch == 89 or (arch > 100 and unknown(arch) and arch < 0)', [89]],
  ])('%s', async (condition, expected) => {
    expect(await admitted(condition)).toEqual(expected);
  });

  it('does not guess', async () => {
    expect(await admitted('arch in DEVICES')).toBeUndefined();
    expect(await admitted('9 <= arch < LIMIT')).toBeUndefined();
    expect(await admitted("arch >= '120'")).toBeUndefined();
    expect(await admitted('[89, 90][arch] == 89')).toBeUndefined();
  });
});
