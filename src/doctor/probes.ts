import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '../container/process.js';
import { temporaryFolder } from '../tree/temp-folder.js';
import type { Finding, Surroundings } from './finding.js';

const CHECK = 'instructions';

/** Three lines each: an instruction in a kernel, for the compiler and the assembler to take or refuse. */
const PROBES = {
  'cvt.e2m1x2': `__global__ void probe(unsigned short* out, float a, float b) {
  asm("{.reg .b8 c; cvt.rn.satfinite.e2m1x2.f32 c, %1, %2; mov.b16 %0, {c, c};}" : "=h"(*out) : "f"(a), "f"(b));
}
`,
  'mma.block_scale': `__global__ void probe(float* d, unsigned x, unsigned short t) {
  asm("mma.sync.aligned.kind::mxf4nvf4.block_scale.scale_vec::4X.m16n8k64.row.col.f32.e2m1.e2m1.f32.ue4m3 {%0,%1,%2,%3}, {%4,%4,%4,%4}, {%4,%4}, {%0,%1,%2,%3}, {%4}, {%5,%5}, {%4}, {%5,%5};" : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(x), "h"(t));
}
`,
} as const;

const TARGETS = [
  { arch: '12.1', sm: '121', needed: false },
  { arch: '12.1a', sm: '121a', needed: true },
  { arch: '12.0f', sm: '120f', needed: true },
] as const;

export interface Assembled {
  readonly instruction: string;
  readonly arch: string;
  readonly assembles: boolean;
  /** The tool's own words, where it refuses. */
  readonly said: string;
}

/** Compiles every probe for every target. Undefined where there is no nvcc. */
export async function assemble(nvcc: string): Promise<Assembled[] | undefined> {
  if ((await runProcess([nvcc, '--version'])).code !== 0) return undefined;
  const dir = await temporaryFolder('doctor');
  // What the environment adds to nvcc is another check's subject.
  const env = { NVCC_PREPEND_FLAGS: '', NVCC_APPEND_FLAGS: '' };
  try {
    const runs = Object.entries(PROBES).map(async ([instruction, source], index) => {
      const file = join(dir, `probe${index}.cu`);
      await writeFile(file, source);
      const results: Assembled[] = [];
      for (const { arch, sm } of TARGETS) {
        const gencode = `arch=compute_${sm},code=sm_${sm}`;
        const out = join(dir, `probe${index}.cubin`);
        const { code, stdout, stderr } = await runProcess(
          [nvcc, '-gencode', gencode, '-cubin', file, '-o', out],
          { env },
        );
        const said =
          `${stdout}\n${stderr}`.split('\n').find((line) => /error|fatal|unsupported/i.test(line)) ?? '';
        results.push({
          instruction,
          arch,
          assembles: code === 0,
          said: said.replace(/^.*?\b(?:error|fatal)\b\s*:?\s*/i, '').trim(),
        });
      }
      return results;
    });
    return (await Promise.all(runs)).flat();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Which instructions does the local toolchain really assemble for 12.1, 12.1a and 12.0f? */
export async function checkInstructions({ cudaHome }: Surroundings): Promise<Finding> {
  const nvcc = join(cudaHome, 'bin', 'nvcc');
  const assembled = await assemble(nvcc);
  if (!assembled) {
    const cause = `${nvcc} was not found, or does not run`;
    return { check: CHECK, state: 'unknown', cause, evidence: [], next: 'give the toolkit with --cuda-home' };
  }
  const evidence = assembled.map(
    ({ instruction, arch, assembles, said }) =>
      `${instruction} for ${arch}: ${assembles ? 'yes' : `no${said ? ` (${said})` : ''}`}`,
  );
  const lacking = TARGETS.filter(
    ({ arch, needed }) => needed && assembled.some((probe) => probe.arch === arch && !probe.assembles),
  );
  if (lacking.length > 0) {
    return {
      check: CHECK,
      state: 'wrong',
      cause: `the toolkit cannot build the FP4 kernels for ${lacking.map(({ arch }) => arch).join(' and ')}`,
      evidence,
      next: 'use CUDA 13.0 (12.9 is the first that knows sm_121a), and a host compiler that it supports',
    };
  }
  const plain = assembled.some(({ arch, assembles }) => arch === '12.1' && assembles);
  const cause = plain
    ? 'the FP4 instructions assemble for 12.1a, 12.0f, and in part even for plain 12.1'
    : 'the FP4 instructions assemble for 12.1a and 12.0f, and not for plain 12.1: build for one of the first two';
  return { check: CHECK, state: 'ok', cause, evidence };
}
