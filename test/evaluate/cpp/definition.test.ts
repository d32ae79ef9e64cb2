import { afterAll, describe, expect, it } from 'vitest';
import { cppValue } from '../../../src/evaluate/cpp/expression.js';
import { Documents } from '../../../src/syntax/parser.js';
import { children, descendants } from '../../../src/syntax/query.js';

const documents = new Documents();
afterAll(() => documents.dispose());

/** The value of what the last `return` of a source gives back. */
async function returned(text: string) {
  const { root } = await documents.parse({ path: 'f.cuh', text }, 'cuda');
  const last = descendants(root, 'return_statement').at(-1)!;
  return cppValue(children(last)[0]!, text, () => undefined);
}

describe('a name of C++', () => {
  it.each([
    ['of a macro', '#define LIMIT 120\nint f() { return LIMIT + 1; }\n', 121],
    ['of a constant', 'constexpr int kLow = 0x10;\nint f() { return kLow * 2; }\n', 32],
    ['of a local constant', 'int f() { const auto held = 3 > 2; return held; }\n', 1],
    ['of a lambda', 'int f() { const auto check = [&] { return 7; }; return check() - 1; }\n', 6],
  ])('%s is what it was given', async (_, text, value) => {
    expect(await returned(text)).toBe(value);
  });

  it.each([
    ['that is defined twice', '#define LIMIT 120\n#define LIMIT 121\nint f() { return LIMIT; }\n'],
    ['that is taken back', '#define LIMIT 120\n#undef LIMIT\nint f() { return LIMIT; }\n'],
    ['that may change', 'int f() { int held = 3; g(held); return held; }\n'],
    ['that is no number', '#define LIMIT (x)\nint f() { return LIMIT; }\n'],
    [
      'of a lambda that does more',
      'int f() { const auto check = [&] { g(); return 7; }; return check(); }\n',
    ],
  ])('%s is not known', async (_, text) => {
    expect(await returned(text)).toBeUndefined();
  });
});
