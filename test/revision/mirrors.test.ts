import { describe, expect, it } from 'vitest';
import { readMirrors } from '../../src/revision/mirrors.js';

describe('readMirrors', () => {
  it('takes options before the environment, and many of one project in their order', () => {
    const mirrors = readMirrors(['vllm=/c', 'cutlass=https://x/a=b'], 'vllm=/a; flashinfer = /f ;vllm=/b;');
    expect([...mirrors]).toEqual([
      ['vllm', ['/c', '/a', '/b']],
      ['cutlass', ['https://x/a=b']],
      ['flashinfer', ['/f']],
    ]);
  });

  it('takes nothing', () => {
    expect(readMirrors([], undefined).size).toBe(0);
    expect(readMirrors([], ' ; ').size).toBe(0);
  });

  it.each(['vllm', 'vllm=', '=/a', '/srv/vllm.git'])('refuses %j', (entry) => {
    for (const read of [() => readMirrors([entry], undefined), () => readMirrors([], entry)]) {
      expect(read).toThrow(expect.objectContaining({ kind: 'usage', message: `"${entry}" is not a mirror` }));
    }
  });

  it.each([
    ['cuda=/usr/local/cuda', 'cuda', /dgx-patch doctor/],
    ['cccl=/srv/cccl.git', 'cccl', /dgx-patch doctor/],
    ['vlm=/srv/vllm.git', 'vlm', /vllm, flashinfer, cutlass/],
  ])('says of %j what to do instead', (entry, name, next) => {
    expect(() => readMirrors([], entry)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: `"${entry}" is not a mirror: ${name} is not a project`,
        next: expect.stringMatching(next),
      }),
    );
  });
});
