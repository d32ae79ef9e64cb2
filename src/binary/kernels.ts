import { type ByteSource, bytesOf } from './bytes.js';
import { sectionsOf } from './elf.js';
import type { DeviceCode } from './entry.js';
import { decompressLz4 } from './lz4.js';
import { decompressZstd } from './zstd/decompress.js';

/** A kernel (or a device function of its own) in machine code. */
export interface Kernel {
  /** As the linker knows it, mangled. */
  readonly name: string;
  /** Bytes of instructions. */
  readonly size: number;
}

/** The largest cubins of CUTLASS take some tens of megabytes. */
const LIMIT = 1 << 28;

function decompressed(bytes: Buffer, { compressed, full }: DeviceCode): Buffer | undefined {
  if (compressed === 'no') return bytes;
  return compressed === 'zstd' ? decompressZstd(bytes, full) : decompressLz4(bytes, full);
}

/** The kernels of one piece of machine code; undefined for any other kind, and for what cannot be read. */
export async function kernelsOf(
  source: ByteSource,
  code: DeviceCode,
): Promise<readonly Kernel[] | undefined> {
  if (code.kind !== 'sass' || code.full > LIMIT || code.size > LIMIT) return undefined;
  const bytes = decompressed(await source.read(code.at, code.size), code);
  const sections = bytes && (await sectionsOf(bytesOf(bytes)));
  return sections
    ?.filter(({ name }) => name.startsWith('.text.'))
    .map(({ name, size }) => ({ name: name.slice('.text.'.length), size }));
}
