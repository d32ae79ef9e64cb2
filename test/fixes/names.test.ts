import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/failure.js';
import { resolveId } from '../../src/fixes/names.js';

const IDS = ['vllm/one', 'vllm/shared', 'flashinfer/shared'];

describe('resolveId', () => {
  it('takes an id, and a bare name that names one alone', () => {
    expect([resolveId('vllm/one', IDS), resolveId('one', IDS)]).toEqual(['vllm/one', 'vllm/one']);
    expect(resolveId('flashinfer/shared', IDS)).toBe('flashinfer/shared');
  });

  it.each([
    ['shared', 'is several fixes', 'vllm/shared, flashinfer/shared'],
    ['vllm/onne', 'there is no fix', 'did you mean vllm/one?'],
    ['flashinfer/one', 'there is no fix', 'dgx-patch list'],
    ['', 'there is no fix', 'dgx-patch list'],
  ])('refuses %j', (name, what, more) => {
    const failure = (() => {
      try {
        return resolveId(name, IDS);
      } catch (error) {
        return error;
      }
    })() as Failure;
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.kind).toBe('usage');
    expect(failure.message).toContain(what);
    expect(`${failure.why} ${failure.next}`).toContain(more);
  });
});
