import type { ByteSource } from './bytes.js';

/** A section of an ELF file, in bytes from its start. */
export interface Section {
  readonly name: string;
  readonly at: number;
  readonly size: number;
}

const HEADER = 64;
/** `SHT_NOBITS`: a section that takes no room in the file. */
const NOBITS = 8;
/** Names of sections take a few kilobytes; a table that claims more is not read further. */
const NAMES_LIMIT = 1 << 20;
const ENTRY_LIMIT = 1 << 12;

/** An offset or size of 64 bits; `Infinity` where it is beyond what any file reaches. */
export function u64(buffer: Buffer, at: number): number {
  const value = Number(buffer.readBigUInt64LE(at));
  return Number.isSafeInteger(value) ? value : Number.POSITIVE_INFINITY;
}

function isElf64(header: Buffer): boolean {
  return (
    header.length === HEADER && header.readUInt32BE(0) === 0x7f454c46 && header.readUInt16BE(4) === 0x0201
  );
}

/** The part of a section that is inside of the file. */
function inside({ name, at, size }: Section, end: number): Section {
  const from = Math.min(at, end);
  return { name, at: from, size: Math.min(size, end - from) };
}

function textAt(table: Buffer, at: number): string {
  if (at >= table.length) return '';
  const end = table.indexOf(0, at);
  return table.toString('latin1', at, end < 0 ? table.length : end);
}

/**
 * The sections that hold bytes. Undefined where this is no ELF file of 64 bits, little endian: all that
 * CUDA's hosts are. Sections that reach beyond the file are cut at its end.
 */
export async function sectionsOf(source: ByteSource): Promise<readonly Section[] | undefined> {
  const header = await source.read(0, HEADER);
  if (!isElf64(header)) return undefined;
  const [table, entry] = [u64(header, 0x28), header.readUInt16LE(0x3a)];
  if (entry < HEADER || entry > ENTRY_LIMIT) return [];
  const rows = await source.read(table, entry * header.readUInt16LE(0x3c));
  const count = Math.floor(rows.length / entry);
  const row = (index: number) => {
    const at = index * entry;
    return {
      name: rows.readUInt32LE(at),
      type: rows.readUInt32LE(at + 4),
      at: u64(rows, at + 24),
      size: u64(rows, at + 32),
    };
  };
  const own = header.readUInt16LE(0x3e);
  if (own >= count) return [];
  const names = await source.read(row(own).at, Math.min(row(own).size, NAMES_LIMIT));
  return Array.from({ length: count }, (_, index) => row(index))
    .filter(({ type }) => type !== NOBITS)
    .map(({ name, at, size }) => inside({ name: textAt(names, name), at, size }, source.size));
}
