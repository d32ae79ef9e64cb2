import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding, Surroundings } from './finding.js';

const CHECK = 'cuda-fp4-header';

/** What NVIDIA's own header pair defines since CUDA 12.8. */
const OWN = [
  '__nv_fp4_e2m1',
  '__nv_fp4x2_e2m1',
  '__nv_fp4x4_e2m1',
  '__nv_fp4x2_storage_t',
  '__nv_cvt_float_to_fp4',
];
const DEFINITION =
  /^[ \t]*(?:(?:struct|class)\b[^;{]*\b(__nv_fp4\w*)\s*(?::[^{]*)?\{|typedef\b[^;]*\b(__nv_fp4\w*)\s*;)/gm;
const FOREIGN = /#\s*include\s*["<][^">]*fp4_dummy[^">]*[">]/;

const read = (path: string): Promise<string | undefined> => readFile(path, 'latin1').catch(() => undefined);

async function headers(dir: string, depth: number): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(dir, entry.name);
    if (entry.isDirectory() && depth > 0) found.push(...(await headers(path, depth - 1)));
    else if (entry.isFile() && !/\.(?:a|so|txt|md|json|cmake)$/.test(entry.name)) found.push(path);
  }
  return found;
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** Places outside of NVIDIA's header pair that define FP4 types, or include a header that does. */
async function foreignPlaces(include: string): Promise<string[]> {
  const places: string[] = [];
  for (const path of await headers(include, 8)) {
    if (/\/cuda_fp4\.hp?p?$/.test(path)) continue;
    const text = await read(path);
    if (text === undefined || !/fp4/.test(text)) continue;
    for (const match of text.matchAll(DEFINITION)) {
      places.push(`${path}:${lineOf(text, match.index)} defines ${match[1] ?? match[2]}`);
    }
    const foreign = FOREIGN.exec(text);
    if (foreign) places.push(`${path}:${lineOf(text, foreign.index)} ${foreign[0].trim()}`);
  }
  return places;
}

/** Is `cuda_fp4.h` NVIDIA's own, and are the FP4 types defined once? */
export async function checkFp4Header({ cudaHome }: Surroundings): Promise<Finding> {
  const include = join(cudaHome, 'include');
  const [header, implementation] = await Promise.all([
    read(join(include, 'cuda_fp4.h')),
    read(join(include, 'cuda_fp4.hpp')),
  ]);
  if (header === undefined) {
    return {
      check: CHECK,
      state: 'unknown',
      cause: `${include} has no cuda_fp4.h: CUDA before 12.8, or no toolkit`,
      evidence: [],
      next: 'give the toolkit with --cuda-home',
    };
  }
  const both = `${header}\n${implementation ?? ''}`;
  const missing = OWN.filter((name) => !new RegExp(`\\b${name}\\b`).test(both));
  const next =
    'reinstall the header: apt-get install --reinstall cuda-cudart-dev-<version>, or unpack the toolkit again';
  if (missing.length > 0) {
    return {
      check: CHECK,
      state: 'wrong',
      cause: 'cuda_fp4.h was replaced by another header: CCCL and CUTLASS do not compile, or convert wrongly',
      evidence: [`${join(include, 'cuda_fp4.h')} lacks ${missing.join(', ')}`],
      next,
    };
  }
  const places = await foreignPlaces(include);
  if (places.length > 0) {
    return {
      check: CHECK,
      state: 'wrong',
      cause:
        'FP4 types are defined twice: every file that includes CUDA’s own header stops with redefinitions',
      evidence: places,
      next: 'remove the added header and its include; CUDA 12.8 and later define every FP4 type themselves',
    };
  }
  return {
    check: CHECK,
    state: 'ok',
    cause: 'cuda_fp4.h is NVIDIA’s own, and defines the FP4 types once',
    evidence: [],
  };
}
