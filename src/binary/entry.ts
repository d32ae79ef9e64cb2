import type { ByteSource } from './bytes.js';
import { u64 } from './elf.js';

/** - `ptx`: assembly, compiled by the driver; `sass`: machine code; `lto`: for the linker; `other`: any kind else. */
export type CodeKind = 'ptx' | 'sass' | 'lto' | 'other';

/** One piece of device code, as its header in the fat binary says. */
export interface DeviceCode {
  readonly kind: CodeKind;
  /** The target with its suffix: `90a`, `120f`, `121`. */
  readonly arch: string;
  readonly compressed: 'no' | 'lz4' | 'zstd';
  /** Where its bytes are in the file, and how many. */
  readonly at: number;
  readonly size: number;
  /** Bytes after decompression. */
  readonly full: number;
  /** The name of its source, where the compiler noted it. */
  readonly name?: string;
}

/** The part of an entry's header that every version has; names and options follow it. */
export const ENTRY_HEADER = 64;
const HEADER_LIMIT = 1 << 16;

const KINDS: Readonly<Record<number, CodeKind>> = { 1: 'ptx', 2: 'sass', 8: 'lto' };
const FLAG = { lz4: 0x2000, zstd: 0x8000, arch: 0x10_0000, family: 0x20_0000 };

function suffix(flags: number): string {
  if (flags & FLAG.arch) return 'a';
  return flags & FLAG.family ? 'f' : '';
}

function compression(flags: number): DeviceCode['compressed'] {
  if (flags & FLAG.zstd) return 'zstd';
  return flags & FLAG.lz4 ? 'lz4' : 'no';
}

function nameIn(header: Buffer): string | undefined {
  const [at, length] = [header.readUInt32LE(32), header.readUInt32LE(36)];
  if (at < ENTRY_HEADER || length === 0 || at + length > header.length) return undefined;
  return header.toString('latin1', at, at + length).replace(/\0+$/, '');
}

export interface Entry {
  readonly code: DeviceCode;
  readonly end: number;
}

/** The entry at a place; undefined where its header or its bytes are not all there. */
export async function entryAt(source: ByteSource, at: number, end: number): Promise<Entry | undefined> {
  const start = await source.read(at, ENTRY_HEADER);
  if (start.length < ENTRY_HEADER) return undefined;
  const [head, padded, stored] = [start.readUInt32LE(4), u64(start, 8), start.readUInt32LE(16)];
  if (head < ENTRY_HEADER || head > HEADER_LIMIT || at + head + padded > end) return undefined;
  const header = head === ENTRY_HEADER ? start : await source.read(at, head);
  const flags = start.readUInt32LE(40);
  const compressed = compression(flags);
  const size = compressed === 'no' ? padded : Math.min(stored, padded);
  const name = nameIn(header);
  const code: DeviceCode = {
    kind: KINDS[start.readUInt16LE(0)] ?? 'other',
    arch: `${start.readUInt32LE(28)}${suffix(flags)}`,
    compressed,
    at: at + head,
    size,
    full: compressed === 'no' ? size : u64(start, 56),
    ...(name === undefined ? {} : { name }),
  };
  return { code, end: at + head + padded };
}
