import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinBrackets } from '../../src/syntax/join.js';
import { Documents } from '../../src/syntax/parser.js';
import { descendants, textOf } from '../../src/syntax/query.js';

describe('Python within brackets', () => {
  it('loses line ends and comments, and nothing moves', () => {
    expect(joinBrackets('x = f(  # why\r\n  "#\'(",\n  b)\n# (\ny = [\n1]\n')).toBe(
      'x = f(         ' + '  "#\'(",   b)\n# (\ny = [ 1]\n',
    );
  });

  it('keeps strings over several lines as they are', () => {
    const text = 'x = f("""\n( # [\n""", \'a\\\'(\')\ny = 1\n';
    expect(joinBrackets(text)).toBe(text);
  });

  it('has the same length, whatever is thrown at it', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '[',
      '{',
      '}',
      '"',
      '"""',
      "'",
      "'''",
      '\\',
      '#',
      '\n',
      '\r\n',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        expect(joinBrackets(text).length).toBe(text.length);
      }),
    );
  });

  it('is parsed where a line is less indented than its statement', async () => {
    const documents = new Documents();
    const text = 'def f():\n        x = a[\n    2:]\n        y = {\n    1: 2}\n';
    const { root } = await documents.parse({ path: 'f.py', text }, 'python');
    expect(root.hasError).toBe(false);
    expect(descendants(root, 'slice').map((node) => textOf(node, text))).toEqual(['2:']);
    documents.dispose();
  });
});
