import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edit } from '../../src/source/edits.js';
import { applyEdits, byPath, EditError, overlaps, sortEdits } from '../../src/source/edits.js';
import { toBytes } from '../../src/source/text.js';
import { edited, PATH, shuffled, spliced } from '../support/edits.js';

const edit = (start: number, end: number, text: string, path = PATH): Edit => ({ path, start, end, text });

/** The text with the first `from` replaced. */
const replaced = (text: string, from: string, to: string): string => {
  const at = text.indexOf(from);
  return applyEdits(text, [edit(at, at + from.length, to)]);
};

describe('applyEdits', () => {
  it('replaces, inserts and deletes', () => {
    expect(applyEdits('one two three', [edit(4, 7, '2'), edit(0, 0, '> '), edit(7, 13, '')])).toBe('> one 2');
  });

  it('inserts at the very end and into an empty text', () => {
    expect(applyEdits('ab', [edit(2, 2, 'c')])).toBe('abc');
    expect(applyEdits('', [edit(0, 0, 'new\n')])).toBe('new\n');
  });

  it.each([
    ['CRLF', 'a\r\nwrong\r\nz\r\n', 'a\r\nright\r\nz\r\n'],
    ['a byte order mark', '\xef\xbb\xbfa\nwrong\n', '\xef\xbb\xbfa\nright\n'],
    ['tabs', '\ta\t=\twrong;\n', '\ta\t=\tright;\n'],
    ['a missing final newline', 'a\nwrong', 'a\nright'],
    ['mixed line ends', 'a\r\nb\nwrong\rc', 'a\r\nb\nright\rc'],
  ])('leaves %s as it is', (_name, before, after) => {
    expect(replaced(before, 'wrong', 'right')).toBe(after);
  });

  it.each([
    ['CJK', '// 中文说明\nwrong // 句点\n'],
    ['emoji', '/* 🚀🧑‍🚀 */ wrong; // 🦀'],
    ['combining marks', 'e\u0301 wrong e\u0301\n'],
  ])('counts in bytes beside %s', (_name, unicode) => {
    const after = replaced(toBytes(unicode), 'wrong', 'right');
    expect(Buffer.from(after, 'latin1').toString('utf8')).toBe(unicode.replace('wrong', 'right'));
  });

  it.each([
    ['one range within another', edit(0, 9, 'x'), edit(2, 4, 'y')],
    ['ranges that share a byte', edit(0, 5, 'x'), edit(4, 8, 'y')],
    ['two insertions at one place', edit(3, 3, 'x'), edit(3, 3, 'y')],
    ['an insertion where a replacement starts', edit(3, 3, 'x'), edit(3, 6, 'y')],
    ['an insertion inside of a replacement', edit(2, 6, 'x'), edit(4, 4, 'y')],
  ])('refuses %s, in either order', (_name, first, second) => {
    for (const edits of [
      [first, second],
      [second, first],
    ]) {
      expect(() => applyEdits('0123456789', edits)).toThrow(EditError);
    }
    expect(overlaps(first, second)).toBe(true);
    expect(overlaps(second, first)).toBe(true);
  });

  it('takes an insertion where a replacement ends, and ranges that touch', () => {
    expect(applyEdits('0123', [edit(1, 2, 'b'), edit(2, 2, '+'), edit(0, 1, 'a')])).toBe('ab+23');
  });

  it.each([
    ['past the end', edit(2, 5, 'x')],
    ['before the start', edit(-1, 1, 'x')],
    ['backwards', edit(3, 1, 'x')],
  ])('refuses a range %s', (_name, bad) => {
    expect(() => applyEdits('abcd', [bad])).toThrow(/is outside file \(4 bytes\)/);
  });

  it('refuses text that is not in bytes', () => {
    expect(() => applyEdits('abc', [edit(0, 0, '中')])).toThrow(/not in bytes/);
  });
});

describe('overlaps', () => {
  it('never holds between files', () => {
    expect(overlaps(edit(0, 5, 'x', 'a'), edit(0, 5, 'y', 'b'))).toBe(false);
  });
});

describe('byPath', () => {
  it('keeps the order within a file', () => {
    const edits = [edit(5, 5, '1', 'b'), edit(0, 0, '2', 'a'), edit(1, 1, '3', 'b')];
    expect([...byPath(edits)]).toEqual([
      ['b', [edits[0], edits[2]]],
      ['a', [edits[1]]],
    ]);
  });
});

describe('properties', () => {
  it('gives what splicing from the end gives, in any order of the edits', () => {
    fc.assert(
      fc.property(edited, fc.array(fc.nat(), { minLength: 1 }), ({ text, edits }, keys) => {
        const after = applyEdits(text, edits);
        expect(after).toBe(spliced(text, edits));
        expect(applyEdits(text, shuffled(edits, keys))).toBe(after);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves every byte outside of the ranges as it is', () => {
    fc.assert(
      fc.property(edited, ({ text, edits }) => {
        const after = applyEdits(text, edits);
        const sorted = sortEdits(edits);
        let before = 0;
        let now = 0;
        for (const { start, end, text: inserted } of sorted) {
          expect(after.slice(now, now + start - before)).toBe(text.slice(before, start));
          now += start - before + inserted.length;
          before = end;
        }
        expect(after.slice(now)).toBe(text.slice(before));
      }),
    );
  });

  it('composes disjoint subsets in either order', () => {
    fc.assert(
      fc.property(
        edited,
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        ({ text, edits }, sides) => {
          const first = edits.filter((_edit, index) => sides[index]);
          const second = edits.filter((_edit, index) => !sides[index]);
          expect(inTurn(text, first, second)).toBe(applyEdits(text, edits));
          expect(inTurn(text, second, first)).toBe(applyEdits(text, edits));
        },
      ),
    );
  });

  it('gives a text that is edited back by the inverse edits', () => {
    fc.assert(
      fc.property(edited, ({ text, edits }) => {
        const inverse = sortEdits(edits).map((own) => {
          const start = moved(
            own.start,
            edits.filter((other) => other.start < own.start),
          );
          return edit(start, start + own.text.length, text.slice(own.start, own.end));
        });
        // Two deletions that touch become two insertions at one place: their order is not the engine's to guess.
        fc.pre(new Set(inverse.map(({ start }) => start)).size === inverse.length);
        expect(applyEdits(applyEdits(text, edits), inverse)).toBe(text);
      }),
    );
  });
});

/** Where an offset is after edits that all end before it. */
function moved(offset: number, edits: readonly Edit[]): number {
  return edits.reduce((at, { start, end, text }) => at + text.length - (end - start), offset);
}

function inTurn(text: string, first: readonly Edit[], second: readonly Edit[]): string {
  const later = second.map((own) => {
    const before = first.filter((other) => other.start < own.start);
    return { ...own, start: moved(own.start, before), end: moved(own.end, before) };
  });
  return applyEdits(applyEdits(text, first), later);
}
