import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '../container/process.js';
import { temporaryFolder } from '../tree/temp-folder.js';
import type { Finding, Surroundings } from './finding.js';

const CHECK = 'triton-ptxas';
const PTX = '.version 8.8\n.target sm_121a\n.address_size 64\n.visible .entry probe() { ret; }\n';

/** Where Triton's own sources name their assemblers, newest place first. */
const SOURCES = ['triton/knobs.py', 'triton/backends/nvidia/compiler.py'];

const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isFile() ?? false;

/** The assembler that an installed Triton takes for capability 12.1. */
interface Assembler {
  /** The variable that names another one. */
  readonly variable: string;
  readonly path: string | undefined;
}

/**
 * Triton reads another variable, and brings another program, for capability 10 and above since it knows
 * `ptxas-blackwell`. A variable that names no file is passed over by Triton, and the own program taken.
 */
async function assemblerOf(environment: Surroundings['environment'], site: string): Promise<Assembler> {
  const texts = await Promise.all(SOURCES.map((path) => readFile(join(site, path), 'utf8').catch(() => '')));
  const blackwell = texts.some((text) => /ptxas[-_]blackwell/i.test(text));
  const variable = blackwell ? 'TRITON_PTXAS_BLACKWELL_PATH' : 'TRITON_PTXAS_PATH';
  const own = join(site, 'triton/backends/nvidia/bin', blackwell ? 'ptxas-blackwell' : 'ptxas');
  for (const path of [environment[variable], own]) {
    if (path && (await isFile(path))) return { variable, path };
  }
  return { variable, path: undefined };
}

/** Does the assembler that Triton uses for GB10 know sm_121a? */
export async function checkTritonPtxas({ environment, sitePackages }: Surroundings): Promise<Finding> {
  if (sitePackages === undefined) {
    const cause = 'no Python environment was given';
    return { check: CHECK, state: 'unknown', cause, evidence: [], next: 'dgx-patch doctor --python <file>' };
  }
  const { variable, path: ptxas } = await assemblerOf(environment, sitePackages);
  if (!ptxas) {
    const cause = `Triton is not installed in ${sitePackages}`;
    return { check: CHECK, state: 'unknown', cause, evidence: [] };
  }
  const dir = await temporaryFolder('doctor');
  try {
    const source = join(dir, 'probe.ptx');
    await writeFile(source, PTX);
    const version = (await runProcess([ptxas, '--version'])).stdout.trim().split('\n').at(-1) ?? '';
    const argv = [ptxas, '-arch=sm_121a', source, '-o', join(dir, 'probe.cubin')];
    const { code, stderr } = await runProcess(argv);
    const evidence = [`${ptxas}: ${version}`, `another one is named by ${variable}`];
    if (code === 0)
      return { check: CHECK, state: 'ok', cause: 'Triton’s ptxas assembles for sm_121a', evidence };
    return {
      check: CHECK,
      state: 'wrong',
      cause: 'Triton’s ptxas is too old for sm_121a: every Triton kernel fails on GB10 when it is first used',
      evidence: [...evidence, ...stderr.trim().split('\n').slice(0, 1)],
      next: `export ${variable}=/usr/local/cuda/bin/ptxas (CUDA 12.9 or later)`,
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
