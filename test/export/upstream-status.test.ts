import { describe, expect, it } from 'vitest';
import { upstreamStatus } from '../../src/export/upstream-status.js';

describe('what upstream has to do with a fix', () => {
  it.each([
    ['Backport [0123456789]', 'Backport', 'https://github.com/vllm-project/vllm/commit/0123456789'],
    [
      'Submitted [https://github.com/vllm-project/vllm/pull/1]',
      'Submitted',
      'https://github.com/vllm-project/vllm/pull/1',
    ],
    ['Denied [https://example.com/1]', 'Denied', 'https://example.com/1'],
    ['Inappropriate [nothing is wrong]', 'Inappropriate', undefined],
    [undefined, 'Pending', undefined],
    ['Pending', 'Pending', undefined],
  ])('%s is %s, at %s', (text, kind, url) => {
    expect(upstreamStatus('vllm', text)).toEqual({ kind, ...(url === undefined ? {} : { url }) });
  });
});
