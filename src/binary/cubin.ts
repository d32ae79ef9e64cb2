import type { ByteSource } from './bytes.js';
import { type Section, sectionsOf } from './elf.js';

/** A kernel (or a device function of its own) in machine code. */
export interface Kernel {
  /** As the linker knows it, mangled. */
  readonly name: string;
  /** Bytes of instructions. */
  readonly size: number;
}

/** Machine code for one target, as ptxas writes it: an ELF file. */
export interface Cubin {
  /** The target without its suffix, which the file does not hold: `121`. Undefined where the layout is an older one. */
  readonly sm: number | undefined;
  readonly kernels: readonly Kernel[];
}

/** `EM_CUDA`, and the version of its ABI that has the target in the second byte of the flags. */
const CUDA = 190;
const ABI = 8;

/** A kernel has a section of its own. */
export function kernelSections(sections: readonly Section[]): Kernel[] {
  return sections
    .filter(({ name }) => name.startsWith('.text.'))
    .map(({ name, size }) => ({ name: name.slice('.text.'.length), size }));
}

/** Reads machine code. Undefined where it is none. */
export async function readCubin(source: ByteSource): Promise<Cubin | undefined> {
  const sections = await sectionsOf(source);
  const header = await source.read(0, 64);
  if (!sections || header.readUInt16LE(18) !== CUDA) return undefined;
  return { sm: header[8] === ABI ? header[0x31] : undefined, kernels: kernelSections(sections) };
}

/** Why machine code is not that of a target (`121a`) with these kernels, or undefined. */
export function cubinFlaw(
  cubin: Cubin | undefined,
  target: string,
  kernels: readonly string[],
): string | undefined {
  if (!cubin) return 'is no machine code';
  if (cubin.sm !== undefined && cubin.sm !== Number.parseInt(target, 10)) return `is code for sm_${cubin.sm}`;
  const held = new Map(cubin.kernels.map(({ name, size }) => [name, size]));
  const missing = kernels.find((name) => !held.get(name));
  return missing === undefined ? undefined : `has no code of ${missing}`;
}
