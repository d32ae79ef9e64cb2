import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '../container/process.js';
import { temporaryFolder } from '../tree/temp-folder.js';
import type { Finding, Surroundings } from './finding.js';

const CHECK = 'triton-ptxas';
const PTX = '.version 8.8\n.target sm_121a\n.address_size 64\n.visible .entry probe() { ret; }\n';

const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isFile() ?? false;

/** Triton's assembler: the one of the environment, else the newest that it brings. */
async function ptxasOf(environment: Surroundings['environment'], site: string): Promise<string | undefined> {
  const given = environment.TRITON_PTXAS_PATH;
  const bin = join(site, 'triton', 'backends', 'nvidia', 'bin');
  const candidates = [...(given ? [given] : []), join(bin, 'ptxas-blackwell'), join(bin, 'ptxas')];
  for (const path of candidates) if (await isFile(path)) return path;
  return undefined;
}

/** Does the assembler that Triton uses know sm_121a? */
export async function checkTritonPtxas({ environment, sitePackages }: Surroundings): Promise<Finding> {
  if (sitePackages === undefined) {
    const cause = 'no Python environment was given';
    return { check: CHECK, state: 'unknown', cause, evidence: [], next: 'dgx-patch doctor --python <file>' };
  }
  const ptxas = await ptxasOf(environment, sitePackages);
  if (!ptxas) {
    return {
      check: CHECK,
      state: 'unknown',
      cause: `Triton is not installed in ${sitePackages}`,
      evidence: [],
    };
  }
  const dir = await temporaryFolder('doctor');
  try {
    const source = join(dir, 'probe.ptx');
    await writeFile(source, PTX);
    const version = (await runProcess([ptxas, '--version'])).stdout.trim().split('\n').at(-1) ?? '';
    const { code, stderr } = await runProcess([
      ptxas,
      '-arch=sm_121a',
      source,
      '-o',
      join(dir, 'probe.cubin'),
    ]);
    const evidence = [`${ptxas}: ${version}`];
    if (code === 0)
      return { check: CHECK, state: 'ok', cause: 'Triton’s ptxas assembles for sm_121a', evidence };
    return {
      check: CHECK,
      state: 'wrong',
      cause: 'Triton’s ptxas is too old for sm_121a: every Triton kernel fails on GB10 when it is first used',
      evidence: [...evidence, ...stderr.trim().split('\n').slice(0, 1)],
      next: 'export TRITON_PTXAS_PATH=/usr/local/cuda/bin/ptxas (CUDA 12.9 or later)',
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
