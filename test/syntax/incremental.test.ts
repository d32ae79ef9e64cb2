import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Language } from '../../src/syntax/document.js';
import { stretchesOf } from '../../src/syntax/incremental.js';
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
  'pairs = list[',
  '  int',
  ']',
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

/** Whole statements: what is made of them has no error, so that the parser does go on. */
const BLOCKS: Readonly<Record<'python' | 'cuda', readonly string[]>> = {
  python: [
    'import os\n',
    'def first(a, b=1):\n    """Some words."""\n    if a:\n        return [b for b in a if b]\n\n',
    'class Second(Base):\n    value: int = 3\n\n    def third(self):\n        yield from f\n',
    'pairs = [\n    1,  # one\n    f"{a!r}-{b}",\n]\n',
    'with first[\n  1\n](2):\n    pass\n',
  ],
  cuda: [
    'template <typename T>\n__global__ void first(T* a, int n) {\n  if (n > 1) {\n    a[0] = T(n);\n  }\n}\n',
    '#ifdef X\nstatic int second = 1;\n#else\nstatic int second = 2;\n#endif\n',
    'namespace third {\nstruct Fourth {\n  int value = 3;\n};\n}\n',
    '// a comment\n',
  ],
};

/** A long text, and versions of it with a few blocks others each. */
const versions = (blocks: readonly string[]) => {
  const block = fc.constantFrom(...blocks);
  const change = fc.tuple(fc.nat({ max: 39 }), fc.constantFrom(0, 1), fc.array(block, { maxLength: 2 }));
  const some = fc.array(change, { minLength: 1, maxLength: 3 });
  return fc
    .tuple(fc.array(block, { minLength: 30, maxLength: 40 }), fc.array(some, { minLength: 1, maxLength: 3 }))
    .map(([first, changes]) => {
      const all = [first];
      for (const own of changes)
        all.push(
          own.reduce((now, [at, removed, added]) => now.toSpliced(at, removed, ...added), all.at(-1)!),
        );
      return all.map((version) => version.join(''));
    });
};

describe('a parser that goes on from the last text of a path', () => {
  it.each<[string, Language, fc.Arbitrary<string[]>]>([
    ['lines of Python', 'python', texts(PYTHON)],
    ['lines of CUDA', 'cuda', texts(CUDA)],
    ['long Python with a few changes', 'python', versions(BLOCKS.python)],
    ['long CUDA with a few changes', 'cuda', versions(BLOCKS.cuda)],
  ])('gives of %s the tree that parsing it alone gives, errors and all', async (_, language, some) => {
    await fc.assert(
      fc.asyncProperty(some, async (all) => {
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
      { numRuns: 40 },
    );
  });
});

describe('stretchesOf', () => {
  const text = fc.stringMatching(/^[ab\n]{0,24}$/);

  it('are the stretches, in order, that make one text the other', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        let made = '';
        let at = 0;
        for (const { start, oldEnd, newStart, newEnd } of stretchesOf(before, after)) {
          expect(start).toBeGreaterThanOrEqual(at);
          made += before.slice(at, start) + after.slice(newStart, newEnd);
          at = oldEnd;
        }
        expect(made + before.slice(at)).toBe(after);
        if (before === after) expect(at).toBe(0);
      }),
    );
  });

  it('leave out what stands between two changes', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}\n`);
    const after = lines.with(3, 'other\n').with(30, 'another\n').join('');
    const changed = stretchesOf(lines.join(''), after).map(({ newStart, newEnd }) =>
      after.slice(newStart, newEnd),
    );
    expect(changed).toEqual(['other\n', 'another\n']);
  });
});
