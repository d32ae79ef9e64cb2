import { type FileHandle, open } from 'node:fs/promises';

/** Bytes that are read by position, so that a library of gigabytes is never held in memory. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** The bytes of [at, at + length) that are there: fewer, or none, beyond the end. */
  read(at: number, length: number): Promise<Buffer>;
}

/** Bytes that are in memory already. */
export function bytesOf(bytes: Uint8Array): ByteSource {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { size: buffer.length, read: async (at, length) => buffer.subarray(at, at + length) };
}

async function readFrom(file: FileHandle, at: number, length: number, size: number): Promise<Buffer> {
  const wanted = Math.max(0, Math.min(length, size - at));
  if (wanted === 0) return Buffer.alloc(0);
  const buffer = Buffer.alloc(wanted);
  const { bytesRead } = await file.read(buffer, 0, wanted, at);
  return buffer.subarray(0, bytesRead);
}

/** Opens a file for `work`, and closes it whatever happens. */
export async function withFile<T>(path: string, work: (source: ByteSource) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    return await work({ size, read: (at, length) => readFrom(file, at, length, size) });
  } finally {
    await file.close();
  }
}
