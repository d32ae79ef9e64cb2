import { describe, expect, it } from 'vitest';
import { type Io, reportFailure } from '../../src/cli/io.js';
import { EXIT, Failure, type FailureKind } from '../../src/failure.js';
import { cli } from '../support/cli.js';

/** What is written to standard error, and the exit code. */
function reported(error: unknown): { code: number; err: string } {
  const err: string[] = [];
  const io: Io = { out: () => {}, err: (text) => void err.push(text), colour: false, progress: () => {} };
  return { code: reportFailure(error, io), err: err.join('') };
}

describe('reportFailure', () => {
  it('says what happened, why perhaps, and what is next', () => {
    const failure = new Failure('tree', 'it is in the way', { why: 'it was changed', next: 'commit it' });
    expect(reported(failure)).toEqual({
      code: 5,
      err: 'dgx-patch: it is in the way\n  perhaps: it was changed\n  next:    commit it\n',
    });
    expect(reported(new Failure('usage', 'wrong'))).toEqual({ code: 2, err: 'dgx-patch: wrong\n' });
  });

  it('calls everything else a bug, with its stack', () => {
    for (const error of [new TypeError('oops'), 'oops', undefined]) {
      const { code, err } = reported(error);
      expect(code).toBe(70);
      expect(err).toMatch(/^dgx-patch: this is a bug in dgx-patch/);
    }
    expect(reported(new TypeError('oops')).err).toContain('io.test.ts');
  });
});

describe('exit codes', () => {
  it('are those of the design, each kind of failure its own', () => {
    expect(EXIT).toEqual({ done: 0, blocked: 1, usage: 2, unavailable: 3, proof: 4, tree: 5, bug: 70 });
    const kinds: FailureKind[] = ['blocked', 'usage', 'unavailable', 'proof', 'tree'];
    expect(kinds.map((kind) => new Failure(kind, '').exitCode)).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([
    ['help', ['--help'], 0],
    ['a command’s help', ['status', '--help'], 0],
    ['the version', ['--version'], 0],
    ['an unknown command', ['nope'], 2],
    ['an unknown option', ['status', '--nope'], 2],
    ['an option without its value', ['status', '--target'], 2],
    ['too many words', ['status', 'vllm@v1'], 2],
  ])('of %s', async (_name, args, code) => {
    expect((await cli(...args)).code).toBe(code);
  });
});
