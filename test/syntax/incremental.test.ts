import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Language } from '../../src/syntax/document.js';
import { stretchOf } from '../../src/syntax/incremental.js';
import { Documents } from '../../src/syntax/parser.js';
import { outline } from '../support/trees.js';

const PYTHON = [
  'import os',
  'def first(a, b=1):',
  '    """Some words."""',
  '    if a:',
  '        return [b for b in a if b]',
  '    return f"{a!r}-{b}"',
  'class Second(Base):',
  '    value: int = 3',
  '    def third(self):',
  '        with open("x") as f:',
  '            yield from f',
  '# a comment',
  '',
];
const CUDA = [
  '#if defined(X) && X >= 12',
  '#endif',
  'template <typename T>',
  '__global__ void first(T* a, int n) { if (n > 1) { a[0] = T(n); } }',
  'namespace second { struct Third { int value = 3; }; }',
  'static inline int fourth(int x) { return x << 2; }',
  '// a comment',
  '',
];

const texts = (lines: readonly string[]) =>
  fc.array(
    fc
      .array(fc.nat({ max: lines.length - 1 }), { minLength: 1, maxLength: 14 })
      .map((picked) => `${picked.map((index) => lines[index]).join('\n')}\n`),
    { minLength: 2, maxLength: 5 },
  );

describe('a parser that goes on from the last text of a path', () => {
  it.each<[Language, readonly string[]]>([
    ['python', PYTHON],
    ['cuda', CUDA],
  ])('gives the tree that %s alone gives, errors and all', async (language, lines) => {
    await fc.assert(
      fc.asyncProperty(texts(lines), async (all) => {
        const going = new Documents();
        for (const text of all) {
          const file = { path: 'a', text };
          const alone = new Documents();
          const [one, other] = [await going.parse(file, language), await alone.parse(file, language)];
          expect(outline(one.root)).toBe(outline(other.root));
          expect(one.root.endPosition).toEqual(other.root.endPosition);
          alone.dispose();
        }
        going.dispose();
      }),
      { numRuns: 120 },
    );
  });
});

describe('stretchOf', () => {
  it('is the one stretch that makes one text the other', () => {
    const text = fc.stringMatching(/^[ab\n]{0,12}$/);
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { start, oldEnd, newEnd } = stretchOf(before, after);
        expect(before.slice(0, start) + after.slice(start, newEnd) + before.slice(oldEnd)).toBe(after);
        if (before === after) expect([oldEnd, newEnd]).toEqual([start, start]);
      }),
    );
  });
});
