import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasContent } from '../../src/source/content.js';

const EXPRESSIONS = [
  /\bdef select\b/,
  /&\s*(\w+)\s*,\s*ab(?:c|d)/,
  /\bself\.ab\b|\bdef cd\b/,
  /a|b/,
  /(?:ab|cd)e/,
  /ab?c/,
  /ab*/,
  /a{0,2}b/,
  /ab+c/,
  /[ab|c]d/,
  /[\]a]b/,
  /a{b|c}d/,
  /ab{2}c/,
  /\x61b/,
  /\(a\)/,
  /ab/i,
  /^a$|b\nc/m,
  /(?!ab)cd/,
  /(?<x>a)b\k<x>/,
  /a(?=b)/,
  /\|ab/,
  /a[\s\S]*b/,
  /=\s*(?:121\b|\(\s*12\s*,\s*1\s*\))/,
];
/** Texts of what the expressions are made of. */
const pieces = fc.array(fc.constantFrom(...'abcde|]&,(){}=12 \n.', 'self.', 'def ', 'select', 'AB', '121'), {
  maxLength: 12,
});

describe('Looking for plain words first', () => {
  it.each(EXPRESSIONS.map((expression) => [String(expression), expression] as const))(
    'says what %s says',
    (_, expression) => {
      fc.assert(
        fc.property(pieces, (parts) => {
          const text = parts.join('');
          expect(hasContent(text, expression)).toBe(expression.test(text));
        }),
        { numRuns: 2000 },
      );
    },
  );

  it('says it of the texts that they are about', () => {
    expect(hasContent('x; def select(a)', /\bdef select\b/)).toBe(true);
    expect(hasContent('def selected(a)', /\bdef select\b/)).toBe(false);
    expect(hasContent('self.ab = 1', /\bself\.ab\b|\bdef cd\b/)).toBe(true);
    expect(hasContent('ac', /ab?c/)).toBe(true);
  });
});
