import { describe, expect, it } from 'vitest';
import { checkProject } from '../../src/judge/recognise.js';
import type { Project } from '../../src/source/project.js';
import { cli } from '../support/cli.js';
import { Repository } from '../support/git-server.js';
import { MemoryTree } from '../support/memory.js';

const check = (project: Project, ...paths: string[]) =>
  checkProject(new MemoryTree(Object.fromEntries(paths.map((path) => [path, '']))), project, 'the tree');

describe('checkProject', () => {
  it.each<[Project, string[]]>([
    ['vllm', ['vllm/version.py']],
    ['vllm', ['csrc/quantization/fp4/nvfp4_utils.cuh']],
    ['vllm', ['vllm/models/a.py', 'other/model_executor/layers/b.py']],
    ['flashinfer', ['flashinfer/jit/core.py']],
    ['flashinfer', ['python/flashinfer/jit.py', 'include/flashinfer/x.cuh']],
    ['cutlass', ['include/cutlass/cutlass.h']],
  ])('knows %s by %j', async (project, paths) => {
    await expect(check(project, ...paths)).resolves.toBeUndefined();
  });

  it.each<[Project, string[], RegExp]>([
    [
      'vllm',
      ['.tekton/build.yaml', 'Dockerfile.konflux.cuda', 'LICENSE', 'README.md'],
      /none of its sources/,
    ],
    ['vllm', ['aphrodite/model_executor/models/qwen3_next.py', 'kernels/a.cu'], /another name, aphrodite\//],
    ['vllm', ['aphrodite/model_executor/layers/x.py', 'csrc/a.cu'], /another name, aphrodite\//],
    ['flashinfer', ['vllm/version.py'], /none of its sources/],
    ['cutlass', ['third_party/cutlass/cutlass.h'], /another name, third_party\/cutlass/],
  ])('declines for %s a tree of %j', async (project, paths, why) => {
    await expect(check(project, ...paths)).rejects.toMatchObject({
      kind: 'unavailable',
      why: expect.stringMatching(why),
    });
  });
});

it('ends a command with 3, and judges nothing', async () => {
  const repository = await Repository.make();
  await repository.commit({ 'README.md': 'a packaging repository\n', LICENSE: 'x\n' }, 'mini');
  const { code, out, err } = await cli(
    'status',
    '--target',
    'vllm@mini',
    '--mirror',
    `vllm=${repository.dir}`,
  );
  expect({ code, out }).toEqual({ code: 3, out: '' });
  expect(err).toContain('vllm@mini is not a tree of vLLM');
});
