import { runsOnGB10 } from '../evaluate/arch.js';
import type { ByteSource } from './bytes.js';
import type { Kernel } from './cubin.js';
import type { DeviceCode } from './entry.js';
import { type Container, readFatBinary } from './fatbin.js';
import { kernelsOf } from './kernels.js';

/** One translation unit of a compiled library. */
export interface Unit {
  /** Its targets, as `sm_120f` and `compute_90`. */
  readonly targets: readonly string[];
  /** - `fp4-gemm`: block-scaled GEMMs for compute capability 12.x; `fp4`: any other kernel on FP4. */
  readonly kind: 'fp4-gemm' | 'fp4' | 'other' | 'unread';
}

/** What a compiled library holds. */
export interface Library {
  readonly name: string;
  readonly units: readonly Unit[];
  readonly problems: readonly string[];
}

const FP4 = /fp4|(?:nv|mx)_float4|e2m1/i;
const SM12X_GEMM = /(?=.*gemm)(?=.*sm12\d)/i;

/** `120f` → `12.0f`: a capability with its suffix, as arch lists write it. */
function dotted(arch: string): string {
  return arch.replace(/(\d)([af]?)$/, '.$1$2');
}

/** True where a GPU of compute capability 12.1 loads this code, or its driver compiles it. */
export function codeRunsOnGB10({ kind, arch }: Pick<DeviceCode, 'kind' | 'arch'>): boolean {
  if (kind === 'sass') return runsOnGB10(dotted(arch));
  if (kind !== 'ptx') return false;
  // PTX without a suffix is for its own capability and all later ones; with one, as machine code is.
  return /\d$/.test(arch) ? Number(arch) <= 121 : runsOnGB10(dotted(arch));
}

function kindOf(kernels: readonly Kernel[] | undefined): Unit['kind'] {
  if (!kernels) return 'unread';
  const own = kernels.filter(({ name }) => FP4.test(name));
  if (own.length === 0) return 'other';
  return own.some(({ name }) => SM12X_GEMM.test(name)) ? 'fp4-gemm' : 'fp4';
}

/** The code that names a unit's kernels: the smallest, since every target has the same ones. */
function sample({ codes }: Container): DeviceCode | undefined {
  const sass = codes.filter(({ kind }) => kind === 'sass');
  return sass.sort((a, b) => a.full - b.full)[0];
}

async function unitOf(source: ByteSource, container: Container): Promise<Unit> {
  const code = sample(container);
  const names = { sass: 'sm_', ptx: 'compute_', lto: 'lto_', other: 'unknown_' };
  const targets = container.codes.map(({ kind, arch }) => names[kind] + arch);
  return { targets: [...new Set(targets)], kind: kindOf(code && (await kernelsOf(source, code))) };
}

/** Reads a library. Undefined where it holds no device code. */
export async function readLibrary(name: string, source: ByteSource): Promise<Library | undefined> {
  const fat = await readFatBinary(source);
  if (!fat || fat.containers.length + fat.problems.length === 0) return undefined;
  const units: Unit[] = [];
  for (const container of fat.containers) units.push(await unitOf(source, container));
  return { name, units, problems: fat.problems };
}
