import { afterAll, describe, expect, it } from 'vitest';
import { behind } from '../../../src/evaluate/python/definition.js';
import { pythonValue } from '../../../src/evaluate/python/expression.js';
import { Documents } from '../../../src/syntax/parser.js';
import { children, descendants, textOf } from '../../../src/syntax/query.js';

const documents = new Documents();
afterAll(() => documents.dispose());

/** The value of what the last `return` of a source gives back. */
async function returned(text: string) {
  const { root } = await documents.parse({ path: 'f.py', text }, 'python');
  const last = descendants(root, 'return_statement').at(-1)!;
  return pythonValue(children(last)[0]!, text, () => undefined);
}

describe('a name', () => {
  it.each([
    ['of the module', 'LIMIT = 120\n\n\ndef f():\n    return LIMIT + 1\n', 121],
    ['of the function', 'def f():\n    low = 7 * 2\n    if True:\n        return low\n', 14],
    ['through another', 'BASE = 2\nLIMIT = BASE + 1\n\n\ndef f():\n    return LIMIT\n', 3],
    ['of a function around', 'def f():\n    low = 5\n    def g():\n        return low\n', 5],
    [
      'that is given again, above',
      'def f(a):\n    low = 1\n    if low:\n        low = 2\n        return low\n',
      2,
    ],
    ['of a helper', 'def f():\n    def check():\n        return 3 > 2\n    return check()\n', true],
  ])('%s is what it was given', async (_, text, value) => {
    expect(await returned(text)).toBe(value);
  });

  it.each([
    ['that is given twice', 'LIMIT = 120\nLIMIT = 121\n\n\ndef f():\n    return LIMIT\n'],
    ['that is a parameter', 'LIMIT = 120\n\n\ndef f(LIMIT):\n    return LIMIT\n'],
    ['that is given in one case', 'def f(a):\n    if a:\n        low = 1\n    return low\n'],
    [
      'that is given later',
      'def f():\n    for _ in g():\n        return low\n    low = 1\n    return low + h()\n',
    ],
    ['that a loop gives', 'def f():\n    low = 1\n    for low in range(3):\n        pass\n    return low\n'],
    [
      'that a later turn of a loop gives',
      'def f():\n    low = 1\n    while g():\n        h(low)\n        if low:\n            return low\n        low = 2\n',
    ],
    ['that is imported', 'from limits import LIMIT\n\n\ndef f():\n    return LIMIT\n'],
    ['that is itself', 'def f():\n    low = low\n    return low\n'],
    ['that is added to', 'def f():\n    low = 1\n    low += 1\n    return low\n'],
    ['of a function with arguments', 'def f():\n    def check(a):\n        return a\n    return check()\n'],
    [
      'of a function that does more',
      'def f():\n    def check():\n        g()\n        return 1\n    return check()\n',
    ],
  ])('%s is not known', async (_, text) => {
    expect(await returned(text)).toBeUndefined();
  });
});

describe('what stands behind an expression', () => {
  it.each([
    ['in parentheses', 'def f():\n    return (a and b)\n', 'a and b'],
    [
      'through a name and a helper',
      'def f():\n    def g():\n        return a or b\n    x = g()\n    return x\n',
      'a or b',
    ],
    ['through a name that is given twice', 'def f(x):\n    if x:\n        x = a\n    return x\n', 'x'],
  ])('%s', async (_, text, expected) => {
    const { root } = await documents.parse({ path: 'f.py', text }, 'python');
    const last = descendants(root, 'return_statement').at(-1)!;
    expect(textOf(behind(children(last)[0]!, text), text)).toBe(expected);
  });
});
