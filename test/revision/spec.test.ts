import { describe, expect, it } from 'vitest';
import { isUrl, parseTarget } from '../../src/revision/spec.js';

describe('parseTarget', () => {
  it.each([
    ['vllm@v0.16.0', 'vllm', 'v0.16.0'],
    ['flashinfer@installed', 'flashinfer', 'installed'],
    ['cutlass@feature/x-1_2+3', 'cutlass', 'feature/x-1_2+3'],
    [`vllm@${'a'.repeat(40)}`, 'vllm', 'a'.repeat(40)],
  ])('%s', (text, project, revision) => {
    expect(parseTarget(text)).toEqual({ project, revision });
  });

  it.each([
    ['torch@v1', /unknown project "torch"/],
    ['', /unknown project ""/],
    ['vllm', /names no revision/],
    ['vllm@', /names no revision/],
    ['vllm@-v1', /"-v1" is not a commit, tag or pin name/],
    ['vllm@--upload-pack=id', /is not a commit/],
    ['vllm@a..b', /is not a commit/],
    ['vllm@HEAD^', /is not a commit/],
    ['vllm@HEAD~1', /is not a commit/],
    ['vllm@v1:path', /is not a commit/],
    ['vllm@@{-1}', /is not a commit/],
    ['vllm@v1\nv2', /is not a commit/],
    ['vllm@ v1', /is not a commit/],
  ])('refuses %j', (text, message) => {
    expect(() => parseTarget(text)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringMatching(message) }),
    );
  });
});

describe('a neighbour that is no project', () => {
  it.each(['cuda@13.0', 'cccl@v3.0.0', 'torch@v2.9.0'])('%s is told what to do instead', (text) => {
    expect(() => parseTarget(text)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        next: expect.stringMatching(/dgx-patch (?:doctor|pins sets)/),
      }),
    );
  });
});

describe('isUrl', () => {
  it.each(['https://x/y.git', 'ssh://git@x/y', 'git://127.0.0.1:9/y', 'file:///srv/y'])(
    'takes %s',
    (location) => {
      expect(isUrl(location)).toBe(true);
    },
  );

  it.each(['/srv/git/vllm.git', 'relative/dir', './x', 'user@host/path'])(
    'takes %s for a folder',
    (location) => {
      expect(isUrl(location)).toBe(false);
    },
  );

  it.each([
    'ext::sh -c id',
    'http://x/y',
    'ftp://x',
    'fd::3',
    'HTTPS://x',
    '--upload-pack=id',
    '-x',
    'host:path',
  ])('refuses %s', (location) => {
    expect(() => isUrl(location)).toThrow(
      expect.objectContaining({ kind: 'usage', next: expect.stringContaining('https://') }),
    );
  });
});
