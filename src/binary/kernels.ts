import { type ByteSource, bytesOf } from './bytes.js';
import { type Kernel, kernelSections } from './cubin.js';
import { sectionsOf } from './elf.js';
import type { DeviceCode } from './entry.js';
import { decompressLz4 } from './lz4.js';
import { decompressZstd } from './zstd/decompress.js';

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
  return sections && kernelSections(sections);
}
