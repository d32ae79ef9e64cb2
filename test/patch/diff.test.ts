import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Change, diff } from '../../src/patch/diff.js';

const items = fc.array(fc.constantFrom('a', 'b', 'c', 'd', '}'), { maxLength: 40 });

function made(a: readonly string[], b: readonly string[], changes: readonly Change[]): string[] {
  const result: string[] = [];
  let at = 0;
  for (const { aStart, aEnd, bStart, bEnd } of changes) {
    result.push(...a.slice(at, aStart), ...b.slice(bStart, bEnd));
    at = aEnd;
  }
  return [...result, ...a.slice(at)];
}

describe('diff', () => {
  it('makes b of a', () => {
    fc.assert(
      fc.property(items, items, (a, b) => {
        expect(made(a, b, diff(a, b))).toEqual(b);
      }),
    );
  });

  it('has something that both have between any two changes', () => {
    fc.assert(
      fc.property(items, items, (a, b) => {
        const changes = diff(a, b);
        for (const [i, { aStart, bStart }] of changes.slice(1).entries()) {
          const before = changes[i]!;
          expect(aStart - before.aEnd).toBeGreaterThan(0);
          expect(aStart - before.aEnd).toBe(bStart - before.bEnd);
        }
      }),
    );
  });

  it('finds nothing between equal sequences, and one change where nothing is shared', () => {
    expect(diff(['a', 'b'], ['a', 'b'])).toEqual([]);
    expect(diff(['a'], ['b', 'c'])).toEqual([{ aStart: 0, aEnd: 1, bStart: 0, bEnd: 2 }]);
  });

  it('puts a run that could stand in two places into the last', () => {
    expect(diff(['a', '}', 'b'], ['a', '}', '}', 'b'])).toEqual([{ aStart: 2, aEnd: 2, bStart: 2, bEnd: 3 }]);
  });

  it('compares items that are all too common to be anchors', () => {
    const many = Array.from({ length: 100 }, () => 'x');
    expect(made(many, [...many, 'y', 'x'], diff(many, [...many, 'y', 'x']))).toEqual([...many, 'y', 'x']);
  });
});
