import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../../src/source/nearest.js';

const NAMES = ['v0.16.0', 'v0.17.0', 'v0.20.2', 'vllm/software-e2m1', 'vllm/mtp-exclusion', 'newest'];

describe('nearest', () => {
  it.each([
    ['0.16.0', 'v0.16.0'],
    ['v0.20', 'v0.20.2'],
    ['vllm/sofware-e2m1', 'vllm/software-e2m1'],
    ['Newst', 'newest'],
  ])('%s is meant to be %s', (word, name) => {
    expect(nearest(word, NAMES)[0]).toBe(name);
    expect(didYouMean(word, NAMES)).toContain(name);
  });

  it('guesses nothing for what is like nothing', () => {
    expect(didYouMean('something-else-entirely', NAMES)).toBeUndefined();
    expect(didYouMean('x', [])).toBeUndefined();
  });

  it('has the name itself first, and only names that there are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 3 })), fc.string(), (names, word) => {
        for (const found of nearest(word, names)) expect(names).toContain(found);
        for (const name of names) expect(nearest(name, [name])).toEqual([name]);
      }),
    );
  });
});
