import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusters, taking } from '../../src/patch/merge.js';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', '', '}'), { maxLength: 14 });

/** A text without a line twice, and two later versions of it, each with some lines replaced. */
const versions = fc.nat(12).chain((count) => {
  const base = Array.from({ length: count }, (_, at) => `line ${at}`);
  const edit = fc.tuple(fc.nat(count), fc.nat(2), fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 }));
  const edited = fc
    .array(edit, { maxLength: 2 })
    .map((edits) =>
      edits.reduce((at, [from, size, put]) => [...at.slice(0, from), ...put, ...at.slice(from + size)], base),
    );
  return fc.tuple(fc.constant(base), edited, edited);
});

const conflicts = (all: ReturnType<typeof clusters>): boolean => all.some(({ kind }) => kind === 'conflict');

describe('merging lines', () => {
  it('gives the other side where one side has changed nothing', () => {
    fc.assert(
      fc.property(lines, lines, (base, other) => {
        expect(taking(base, other, clusters(base, base, other))).toEqual(other);
        expect(taking(other, base, clusters(base, other, base))).toEqual(other);
      }),
    );
  });

  it('changes nothing where it is done again', () => {
    fc.assert(
      fc.property(versions, ([base, ours, theirs]) => {
        const found = clusters(base, ours, theirs);
        fc.pre(!conflicts(found));
        const merged = taking(ours, theirs, found);
        expect(taking(merged, theirs, clusters(base, merged, theirs))).toEqual(merged);
      }),
    );
  });

  it('counts what touches as a conflict, and what is the same as none', () => {
    expect(clusters(['a', 'b'], ['a', 'x', 'b'], ['a', 'c']).map(({ kind }) => kind)).toEqual(['conflict']);
    expect(clusters(['a', 'b'], ['a', 'x'], ['a', 'x']).map(({ kind }) => kind)).toEqual(['same']);
    expect(clusters(['a', 'b', 'c'], ['x', 'b', 'c'], ['a', 'b', 'y']).map(({ kind }) => kind)).toEqual([
      'ours',
      'theirs',
    ]);
  });
});
