import { afterAll, describe, expect, it } from 'vitest';
import { leafValues, valueOn } from '../../../codemods/vllm/_shared/capability.js';
import { pythonValue } from '../../../codemods/vllm/_shared/python-condition.js';
import { platformLeaf } from '../../../codemods/vllm/_shared/python-platform.js';
import { Interpreter } from '../../../codemods/vllm/mla-decode-smem/interpret.js';
import { Documents } from '../../../src/syntax/parser.js';
import { descendants, field, textOf } from '../../../src/syntax/query.js';

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

describe('a Python condition as a set of capabilities', () => {
  const admitted = async (condition: string): Promise<number[] | undefined> => {
    const text = `if ${condition}:\n    pass\n`;
    const { root } = await documents.parse({ path: 'f.py', text }, 'python');
    const node = field(descendants(root, 'if_statement')[0], 'condition')!;
    const values = DEVICES.map((device) =>
      pythonValue(node, text, (leaf, own) =>
        leaf.type === 'identifier' && textOf(leaf, own) === 'arch' ? device : platformLeaf(device)(leaf, own),
      ),
    );
    return values.includes(undefined) ? undefined : DEVICES.filter((_, index) => values[index] !== 0);
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
    ['arch == 89 or (arch > 100 and unknown(arch) and arch < 0)', [89]],
  ])('%s', async (condition, expected) => {
    expect(await admitted(condition)).toEqual(expected);
  });

  it('does not guess', async () => {
    expect(await admitted('arch in DEVICES')).toBeUndefined();
    expect(await admitted('9 <= arch < 110')).toBeUndefined();
  });
});

describe('the straight-line interpreter', () => {
  const run = async (lines: readonly string[], name: string): Promise<number | undefined> => {
    const text = `def f():\n${lines.map((line) => `    ${line}\n`).join('')}`;
    const { root } = await documents.parse({ path: 'f.py', text }, 'python');
    const names = new Map([['known', 1]]);
    const interpreter = new Interpreter(text, names, () => undefined);
    interpreter.run(field(descendants(root, 'function_definition')[0], 'body'));
    return interpreter.names.get(name);
  };

  it.each([
    ['the last assignment', ['x = 1', 'x = 2'], 2],
    ['a branch that is taken', ['x = 1', 'if known:', '    x = 2'], 2],
    ['a branch that is not', ['x = 1', 'if not known:', '    x = 2'], 1],
    [
      'elif and else',
      ['if not known:', '    x = 1', 'elif known == 2:', '    x = 2', 'else:', '    x = 3'],
      3,
    ],
    ['a conditional expression', ['x = 4 if known else 5'], 4],
    ['an unread branch about it', ['x = 1', 'if other():', '    x = 2'], undefined],
    ['an unread branch about something else', ['x = 1', 'if other():', '    y = 2'], 1],
    ['a loop that assigns it', ['x = 1', 'for i in r:', '    x = 2'], undefined],
    ['a value that is not known', ['x = other()'], undefined],
  ])('%s', async (_title, lines, expected) => {
    expect(await run(lines, 'x')).toBe(expected);
  });
});
