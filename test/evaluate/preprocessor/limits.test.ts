import { describe, expect, it } from 'vitest';
import { activeRanges } from '../../../src/evaluate/preprocessor/activity.js';
import { TooLarge } from '../../../src/failure.js';

const active = (text: string) => activeRanges(text, new Map());

describe('a source that was made to take for ever is given up', () => {
  it.each([
    ['conditions in one another', '#if 1\n'.repeat(100_000) + '#endif\n'.repeat(100_000)],
    [
      'macros that use the one before four times',
      `${Array.from({ length: 59 }, (_, n) => `#define A${n + 1} A${n} A${n} A${n} A${n}\n`).join('')}#if A59\n#endif\n`,
    ],
    [
      'macros with arguments that grow',
      `#define F(x) x x\n#if ${'F('.repeat(24)}1${')'.repeat(24)}\n#endif\n`,
    ],
    ['calls that are not closed', `#define F(x) x\n#if ${'F('.repeat(100_000)}\n#endif\n`],
    ['many conditions that are large', `#define A ${'B '.repeat(2000)}\n${'#if A\n#endif\n'.repeat(5000)}`],
  ])('%s', (_, text) => {
    expect(() => active(text)).toThrow(TooLarge);
  });

  it('and what compilers promise is not', () => {
    const text = `${'#if 1\n'.repeat(63)}int a;\n${'#endif\n'.repeat(63)}`;
    expect(active(text)).toEqual([{ start: 63 * 6, end: 63 * 6 + 7 }]);
    expect(active(`#if ${'9'.repeat(1_000_000)}\nint a;\n#endif\n`)).toEqual([]);
  });
});

it('an inner branch of an inactive one stays inactive', () => {
  expect(active('#if 0\n#if 1\nint a;\n#else\nint b;\n#endif\n#endif\n')).toEqual([]);
});
