import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { cli } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

describe('doctor', () => {
  it('exits 1 where something is wrong, with cause, evidence and the next command', async () => {
    const cudaHome = tempFolder();
    mkdirSync(join(cudaHome, 'include'));
    writeFileSync(join(cudaHome, 'include', 'cuda_fp4.h'), '// nothing\n');
    const { code, out } = await cli('doctor', '--cuda-home', cudaHome);
    expect(code).toBe(1);
    expect(out).toMatch(/^WRONG +cuda-fp4-header: .+\n +\S+cuda_fp4\.h lacks .+\n +next: /m);
  });

  it('prints every finding as JSON, and exits 1 just where one is wrong', async () => {
    vi.stubEnv('NVCC_PREPEND_FLAGS', '');
    vi.stubEnv('FLASHINFER_WORKSPACE_BASE', tempFolder());
    const { code, out } = await cli('doctor', '--cuda-home', tempFolder(), '--json');
    const { findings } = JSON.parse(out) as { findings: { check: string; state: string }[] };
    expect(findings.map(({ check }) => check)).toEqual([
      'gpu',
      'processor',
      'memory',
      'disk',
      'container-toolkit',
      'rdma',
      'cuda-toolkit',
      'cuda-fp4-header',
      'nvcc-flags',
      'triton-ptxas',
      'torch-cuda-arch-list',
      'package-versions',
      'compiled-kernels',
      'pin-set',
      'jit-cache',
      'instructions',
    ]);
    expect(code).toBe(findings.some(({ state }) => state === 'wrong') ? 1 : 0);
  });

  it('refuses a Python that cannot be asked', async () => {
    expect((await cli('doctor', '--python', join(tempFolder(), 'python'))).code).toBe(3);
  });
});
