import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Surroundings } from '../../src/doctor/finding.js';
import { checkContainerToolkit, checkGpu, type Run } from '../../src/doctor/gpu.js';
import { checkDisk, checkMemory, checkProcessor, checkRdma } from '../../src/doctor/machine.js';
import { checkToolkit } from '../../src/doctor/toolkit.js';
import { tempFolder } from '../support/temp.js';

function around(files: Record<string, string>): Surroundings {
  const root = tempFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { cudaHome: '/cuda', environment: {}, sitePackages: undefined, root };
}

/** Programs that are here, by name, with what they say. */
const programs =
  (here: Record<string, string | { code: number; stderr: string }>): Run =>
  async ([name]) => {
    const said = here[name!];
    if (said === undefined) return { code: 127, stdout: '', stderr: '' };
    return typeof said === 'string' ? { code: 0, stdout: said, stderr: '' } : { stdout: '', ...said };
  };

describe('gpu', () => {
  it.each([
    ['NVIDIA GB10, 12.1, 580.95.05\n', 'ok', 'NVIDIA GB10'],
    ['NVIDIA GB10, 12.1, 575.57.08\n', 'wrong', 'older than 580'],
    ['NVIDIA GeForce RTX 5090, 12.0, 580.95.05\n', 'wrong', 'capability is 12.0'],
  ])('%s is %s', async (said, state, cause) => {
    const found = await checkGpu(programs({ 'nvidia-smi': said }));
    expect(found).toMatchObject({ state, cause: expect.stringContaining(cause) });
    expect(found.evidence[0]).toContain('driver');
  });

  it('tells a driver that does not answer from none', async () => {
    const silent = programs({ 'nvidia-smi': { code: 9, stderr: 'NVIDIA-SMI has failed' } });
    expect(await checkGpu(silent)).toMatchObject({ state: 'wrong', evidence: ['NVIDIA-SMI has failed'] });
    expect(await checkGpu(programs({}))).toMatchObject({ state: 'unknown' });
  });
});

describe('container-toolkit', () => {
  it.each([
    [{}, 'unknown'],
    [{ docker: 'Docker version 28' }, 'wrong'],
    [{ podman: 'podman 5', 'nvidia-ctk': 'NVIDIA Container Toolkit CLI version 1.18' }, 'ok'],
  ])('%j is %s', async (here, state) => {
    expect(await checkContainerToolkit(programs(here as Record<string, string>))).toMatchObject({ state });
  });
});

describe('cuda-toolkit', () => {
  const both = (nvcc: string, ptxas: string) =>
    programs({ '/cuda/bin/nvcc': `release ${nvcc}, V1`, '/cuda/bin/ptxas': `release ${ptxas}, V1` });

  it.each([
    ['13.0', '13.0', 'ok'],
    ['12.9', '12.9', 'ok'],
    ['12.8', '12.8', 'wrong'],
    ['13.0', '12.9', 'wrong'],
  ])('nvcc %s with ptxas %s is %s', async (nvcc, ptxas, state) => {
    expect(await checkToolkit(around({}), both(nvcc, ptxas))).toMatchObject({ state });
  });

  it('says that there is none', async () => {
    expect(await checkToolkit(around({}), programs({}))).toMatchObject({ state: 'unknown' });
  });
});

describe('memory, disk and ports', () => {
  const memory = (available: number, swap = 0) => ({
    'proc/meminfo': `MemTotal: 125829120 kB\nMemAvailable: ${available * 2 ** 20} kB\nSwapTotal: ${swap} kB\nSwapFree: 0 kB\n`,
  });

  it('says how many compilers have room in the memory that the GPU shares', async () => {
    expect(await checkMemory(around(memory(60)))).toMatchObject({
      state: 'ok',
      cause: 'there is room for 10 compilers at once',
      evidence: ['60.0 GiB of 120.0 GiB are available, for processor and GPU together', 'swap: none'],
    });
    expect(await checkMemory(around(memory(4, 2 ** 24)))).toMatchObject({
      state: 'wrong',
      evidence: [expect.anything(), 'swap: 16.0 GiB of 16.0 GiB in use'],
    });
    expect(await checkMemory(around({}))).toMatchObject({ state: 'unknown' });
  });

  it('compares the disk with what a build takes', async () => {
    expect(await checkDisk(async () => 500)).toMatchObject({ state: 'ok' });
    expect(await checkDisk(async () => 12)).toMatchObject({ state: 'wrong' });
  });

  it('knows the processor of a Spark', () => {
    expect(checkProcessor('arm64').cause).toContain('as a Spark');
    expect(checkProcessor('x64').cause).toContain('linux/arm64');
  });

  it('finds RDMA ports, and those that are up', async () => {
    const port = (state: string) => ({ 'sys/class/infiniband/rocep1s0f0/ports/1/state': `${state}\n` });
    expect(await checkRdma(around(port('4: ACTIVE')))).toMatchObject({
      state: 'ok',
      evidence: ['rocep1s0f0:1 ACTIVE'],
    });
    expect(await checkRdma(around(port('1: DOWN')))).toMatchObject({ state: 'unknown' });
    expect(await checkRdma(around({}))).toMatchObject({ state: 'ok' });
  });
});
