import type { ByteSource } from './bytes.js';
import { sectionsOf, u64 } from './elf.js';
import { type DeviceCode, ENTRY_HEADER, entryAt } from './entry.js';

/** What one translation unit holds for all its targets (or one link, with relocatable device code). */
export interface Container {
  readonly section: string;
  readonly at: number;
  readonly codes: readonly DeviceCode[];
}

export interface FatBinary {
  readonly containers: readonly Container[];
  /** What could not be read, in words; empty for a sound file. */
  readonly problems: readonly string[];
}

const MAGIC = Buffer.from([0x50, 0xed, 0x55, 0xba]);
const HEADER = 16;
const CHUNK = 1 << 16;
/** More than any library holds: a file of nothing but headers, or of nothing but faults, ends here. */
const LIMIT = { containers: 200_000, entries: 200_000, problems: 20 };

/** Where the next container starts at or after `from`; `end` where there is none. */
async function nextMagic(source: ByteSource, from: number, end: number): Promise<number> {
  if (from + HEADER > end || (await source.read(from, MAGIC.length)).equals(MAGIC)) return from;
  for (let at = from; at + HEADER <= end; at += CHUNK - MAGIC.length + 1) {
    const chunk = await source.read(at, Math.min(CHUNK, end - at));
    const found = chunk.indexOf(MAGIC);
    if (found >= 0) return at + found;
    if (chunk.length < CHUNK) break;
  }
  return end;
}

class Reader {
  readonly containers: Container[] = [];
  readonly problems: string[] = [];
  private entries = 0;

  constructor(private readonly source: ByteSource) {}

  private get full(): boolean {
    const { containers, problems } = this;
    return (
      containers.length >= LIMIT.containers ||
      this.entries >= LIMIT.entries ||
      problems.length >= LIMIT.problems
    );
  }

  /** Reads the containers of [from, end): they stand one after the other, with padding between. */
  async section(name: string, from: number, end: number): Promise<void> {
    let at = await nextMagic(this.source, from, end);
    while (at + HEADER <= end && !this.full) {
      const header = await this.source.read(at, HEADER);
      const [head, size] = [header.readUInt16LE(6), u64(header, 8)];
      if (head < HEADER || at + head + size > end) {
        this.problems.push(`${name}: the container at ${at} reaches beyond its section`);
        at = await nextMagic(this.source, at + MAGIC.length, end);
        continue;
      }
      const codes = await this.codes(name, at + head, at + head + size);
      this.containers.push({ section: name, at, codes });
      at = await nextMagic(this.source, at + head + size, end);
    }
    if (this.full && at < end) this.problems.push(`${name}: not read beyond ${at}`);
  }

  private async codes(name: string, from: number, end: number): Promise<DeviceCode[]> {
    const codes: DeviceCode[] = [];
    for (let at = from; at + ENTRY_HEADER <= end && !this.full; this.entries++) {
      const entry = await entryAt(this.source, at, end);
      if (!entry) {
        this.problems.push(`${name}: the entry at ${at} is cut off`);
        break;
      }
      codes.push(entry.code);
      at = entry.end;
    }
    return codes;
  }
}

/** Where a program's code is, and where relocatable code is that a link leaves behind and nothing loads. */
const SECTIONS = ['.nv_fatbin', '__nv_relfatbin'];

/**
 * The device code that a library, an object or a bare `.fatbin` file carries, from its headers alone:
 * nothing is decompressed, and a few kilobytes are read however large the file is. Never throws for what is
 * in the file; undefined where it is neither ELF nor a fat binary.
 */
export async function readFatBinary(source: ByteSource): Promise<FatBinary | undefined> {
  const sections = await sectionsOf(source);
  const reader = new Reader(source);
  if (!sections) {
    if (!(await source.read(0, MAGIC.length)).equals(MAGIC)) return undefined;
    await reader.section('file', 0, source.size);
  }
  for (const wanted of SECTIONS) {
    if (reader.containers.length > 0) break;
    for (const { name, at, size } of sections ?? []) {
      if (name === wanted) await reader.section(name, at, at + size);
    }
  }
  return { containers: reader.containers, problems: reader.problems };
}
