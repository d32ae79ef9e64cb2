import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Content, Contents } from '../../src/history/contents.js';

describe('Content', () => {
  it('is the same as bytes and as text', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ minLength: 1, maxLength: 2 }),
        (all, part) => {
          const [bytes, word] = [Buffer.from(all), Buffer.from(part).toString('latin1')];
          const [one, other] = [new Content(bytes), new Content(bytes.toString('latin1'))];
          expect(one.includes(word)).toBe(other.includes(word));
          expect(one.text).toBe(other.text);
          expect(one.includes(word)).toBe(other.includes(word));
          expect(one.length).toBe(other.length);
        },
      ),
    );
  });
});

describe('Contents', () => {
  it('reads once what is kept, and again what was let go of, or failed', async () => {
    const read: string[] = [];
    const contents = new Contents(10);
    const ask = (oid: string) =>
      contents.get(oid, async () => {
        read.push(oid);
        if (oid === 'bad') throw new Error('too large');
        return new Content('12345678');
      });
    await ask('a');
    await ask('a');
    await ask('b');
    await ask('a');
    expect(read).toEqual(['a', 'b', 'a']);
    for (const _ of [1, 2]) await expect(ask('bad')).rejects.toThrow('too large');
    expect(read.filter((oid) => oid === 'bad')).toHaveLength(2);
  });
});
