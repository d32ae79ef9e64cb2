import { describe, expect, it } from 'vitest';
import { exitOf } from '../../src/codemod/verdict.js';
import { Failure, machineFailure, TooLarge } from '../../src/failure.js';
import { codemodOf, MemoryTree, planOf, replacing } from '../support/memory.js';

const tree = new MemoryTree({ f: 'one two' });

const stoppedBy = (error: Error) =>
  codemodOf('stopped', {
    async judge() {
      throw error;
    },
    rewrite: () => [],
  });

const withCode = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code });

describe('a machine that fails is no verdict', () => {
  it.each([
    ['memory of the parsers', new RangeError('WebAssembly.Memory(): could not allocate memory')],
    ['memory of the process', new RangeError('Array buffer allocation failed')],
    ['a parser that ended', new WebAssembly.RuntimeError('Aborted()')],
  ])('%s ends the command, in words', async (_, error) => {
    await expect(planOf([stoppedBy(error), replacing('a', 'f', 'one', '1')], tree)).rejects.toMatchObject({
      name: 'Failure',
      kind: 'unavailable',
      message: expect.stringContaining('there is not enough memory'),
    });
  });

  it.each(['ENOSPC', 'ENOMEM', 'EMFILE', 'ENFILE', 'EDQUOT', 'EAGAIN', 'ETIMEDOUT'])(
    '%s is thrown as it is, and said in words at the end',
    async (code) => {
      await expect(planOf([stoppedBy(withCode(code))], tree)).rejects.toMatchObject({ code });
      expect(machineFailure(withCode(code))).toMatchObject({ kind: 'unavailable', exitCode: 3 });
    },
  );

  it('leaves other errors alone', () => {
    for (const error of [
      new Error('x'),
      new RangeError('x'),
      withCode('ENOENT'),
      new Failure('tree', 'x'),
      7,
    ])
      expect(machineFailure(error)).toBeUndefined();
  });
});

describe('a source past a limit is not judged', () => {
  it.each([
    [new TooLarge('f has too many bytes'), 'too large to judge: f has too many bytes'],
    [new RangeError('Maximum call stack size exceeded'), 'too large to judge: the source nests too deep'],
  ])('%s', async (error, reason) => {
    const { outcomes } = await planOf([stoppedBy(error), replacing('a', 'f', 'one', '1')], tree);
    expect(outcomes).toMatchObject([
      { verdict: 'unjudged', reason, edits: [] },
      { verdict: 'needed', edits: [{ text: '1' }] },
    ]);
    expect(exitOf(outcomes)).toBe(3);
    expect(exitOf(outcomes.slice(1))).toBe(0);
  });

  it('and neither is one that goes past it with the edit', async () => {
    const growing = codemodOf('growing', {
      async judge({ tree }) {
        const file = (await tree.read('f'))!;
        if (file.text.includes('more')) throw new TooLarge('f');
        return {
          sites: [{ file, offset: 0, state: 'wrong', what: 'x' }],
          reason: { wrong: 'x', right: 'y' },
        };
      },
      rewrite: () => [{ path: 'f', start: 0, end: 0, text: 'more ' }],
    });
    const { outcomes } = await planOf([growing], tree);
    expect(outcomes).toMatchObject([{ verdict: 'unjudged', edits: [] }]);
  });

  it('while any other end of a judge is drift', async () => {
    const { outcomes } = await planOf([stoppedBy(new TypeError('x is undefined'))], tree);
    expect(outcomes).toMatchObject([{ verdict: 'drifted', reason: expect.stringContaining('TypeError') }]);
    expect(exitOf(outcomes)).toBe(1);
  });
});
