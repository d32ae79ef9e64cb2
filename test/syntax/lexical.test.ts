import { describe, expect, it } from 'vitest';
import { holdsCode, tokensOf } from '../../src/syntax/lexical.js';

describe('tokens', () => {
  it('leave out layout and comments, and read integers by value', () => {
    expect(tokensOf("x = f(  # why\n  'a', 0x10,\n)", 'python')).toEqual([
      'x',
      '=',
      'f',
      '(',
      '"a"',
      ',',
      '16',
      ')',
    ]);
    expect(tokensOf("x /* why */ = 1'000u; // so", 'cuda')).toEqual(['x', '=', '1000', ';']);
    expect(tokensOf('#if A && \\\n  B', 'cuda')).toEqual(['#', 'if', 'A', '&&', 'B']);
  });

  it('show the blocks of Python', () => {
    const block = (last: string): string => `if a:\n    b()\n${last}c()\n`;
    expect(tokensOf(block('    '), 'python')).not.toEqual(tokensOf(block(''), 'python'));
    expect(tokensOf(block('    '), 'python')).toEqual(tokensOf('if a:\n  b()\n\n  # d\n  c()\n', 'python'));
  });
});

describe('code that a text must hold', () => {
  const code = 'low = f(a, 2)\nreturn low + b\n';

  it('is found in another layout, and with its own names renamed', () => {
    expect(holdsCode(`x = 1\n${code}`, code, 'python')).toBe(true);
    expect(holdsCode('least = f(\n  a,\n  0x2,\n)\nreturn least + b\n', code, 'python')).toBe(true);
  });

  it('is not found with another value, another name of others, or two names made one', () => {
    expect(holdsCode(code.replace('2', '3'), code, 'python')).toBe(false);
    expect(holdsCode(code.replace('f(', 'g('), code, 'python')).toBe(false);
    expect(holdsCode('x = 1\nx = 2\ng(x, x)', 'x = 1\ny = 2\ng(x, y)', 'python')).toBe(false);
    expect(holdsCode('a = f(a, 2)\nreturn a', 'low = f(a, 2)\nreturn low', 'python')).toBe(false);
  });
});
