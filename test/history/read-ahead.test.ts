import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAhead } from '../../src/history/read-ahead.js';

async function* upTo(count: number): AsyncGenerator<number> {
  for (let item = 0; item < count; item += 1) yield item;
}

describe('readAhead', () => {
  it('gives every item in order, each expected once before it is given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 70 }), async (count) => {
        const expected: number[] = [];
        const given: number[] = [];
        for await (const item of readAhead(upTo(count), (one) => expected.push(one))) {
          expect(expected).toContain(item);
          given.push(item);
        }
        expect(given).toEqual(Array.from({ length: count }, (_, item) => item));
        expect(expected).toEqual(given);
      }),
    );
  });

  it('expects a whole group while the one in front of it is gone through', async () => {
    const expected: number[] = [];
    const all = readAhead(upTo(64), (one) => expected.push(one));
    await all.next();
    expect(expected.length).toBeGreaterThan(16);
    await all.return(undefined);
  });
});
