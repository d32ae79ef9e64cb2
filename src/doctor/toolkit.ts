import { join } from 'node:path';
import { runProcess } from '../container/process.js';
import type { Finding, Surroundings } from './finding.js';
import type { Run } from './gpu.js';

/** `13.0` of the last lines that nvcc and ptxas say about themselves. */
const releaseOf = (text: string): string | undefined => /release (\d+\.\d+)/.exec(text)?.[1];

/** Is the CUDA toolkit new enough for sm_121a, and are its compiler and assembler of one release? */
export async function checkToolkit({ cudaHome }: Surroundings, run: Run = runProcess): Promise<Finding> {
  const check = 'cuda-toolkit';
  const tools = ['nvcc', 'ptxas'].map((name) => join(cudaHome, 'bin', name));
  const releases: (string | undefined)[] = [];
  for (const tool of tools) releases.push(releaseOf((await run([tool, '--version'])).stdout));
  const [nvcc, ptxas] = releases;
  const evidence = tools.map((tool, i) => `${tool}: ${releases[i] ?? 'not here'}`);
  const next = 'install CUDA 13.0, or name another toolkit: --cuda-home <dir>';
  if (nvcc === undefined) {
    const cause = `there is no CUDA toolkit at ${cudaHome}: kernels cannot be compiled on this machine`;
    return { check, state: 'unknown', cause, evidence, next };
  }
  const [major, minor] = nvcc.split('.').map(Number) as [number, number];
  if (major < 12 || (major === 12 && minor < 9)) {
    return { check, state: 'wrong', cause: `CUDA ${nvcc} does not know sm_121a`, evidence, next };
  }
  if (ptxas !== nvcc) {
    const cause = 'compiler and assembler are not of one release';
    return { check, state: 'wrong', cause, evidence, next };
  }
  return { check, state: 'ok', cause: `CUDA ${nvcc}`, evidence };
}
