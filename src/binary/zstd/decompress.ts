import { Damaged } from './bits.js';
import type { HuffmanTable } from './huffman.js';
import { readLiterals } from './literals.js';
import { readSequences, type SequenceTables } from './sequences.js';

const MAGIC = 0xfd2fb528;

/** The length of a frame's header. */
function headerLength(bytes: Uint8Array): number {
  const descriptor = bytes[4] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  const size = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  return 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]! + size;
}

class Frame {
  private at = 0;
  private table: HuffmanTable | undefined;
  private tables: SequenceTables | undefined;
  private recent: [number, number, number] = [1, 4, 8];

  constructor(private readonly target: Uint8Array) {}

  get length(): number {
    return this.at;
  }

  /** Room for so many bytes, or the frame is damaged. */
  private room(count: number): void {
    if (this.at + count > this.target.length) throw new Damaged('more bytes than were announced');
  }

  private copy(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.target.set(bytes, this.at);
    this.at += bytes.length;
  }

  fill(byte: number, count: number): void {
    this.room(count);
    this.target.fill(byte, this.at, this.at + count);
    this.at += count;
  }

  raw(bytes: Uint8Array): void {
    this.copy(bytes);
  }

  /** The distance that a coded offset means: 1 to 3 are the last ones. */
  private distance(coded: number, literals: number): number {
    const [first, second, third] = this.recent;
    const index = coded > 3 ? 4 : coded - (literals === 0 ? 0 : 1);
    if (index === 0) return first;
    const found = [0, second, third, first - 1, coded - 3][index]!;
    this.recent = [found, first, index === 1 ? third : second];
    return found;
  }

  private match(distance: number, count: number): void {
    this.room(count);
    if (distance < 1 || distance > this.at) throw new Damaged('a match before the start');
    for (let end = this.at + count; this.at < end; this.at++) {
      this.target[this.at] = this.target[this.at - distance]!;
    }
  }

  packed(block: Uint8Array): void {
    const literals = readLiterals(block, this.table);
    this.table = literals.table;
    const { sequences, tables } = readSequences(block.subarray(literals.length), this.tables);
    this.tables = tables;
    let used = 0;
    for (const { literals: count, match, offset } of sequences) {
      if (used + count > literals.bytes.length) throw new Damaged('more literals than there are');
      this.copy(literals.bytes.subarray(used, used + count));
      used += count;
      this.match(this.distance(offset, count), match);
    }
    this.copy(literals.bytes.subarray(used));
  }
}

function decode(bytes: Buffer, size: number): Buffer {
  const target = Buffer.alloc(size);
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== MAGIC) throw new Damaged('no frame');
  const frame = new Frame(target);
  let at = headerLength(bytes);
  for (let last = false; !last; ) {
    if (at + 3 > bytes.length) throw new Damaged('a block is cut off');
    const head = bytes.readUIntLE(at, 3);
    const [type, length] = [(head >> 1) & 3, head >> 3];
    last = (head & 1) === 1;
    at += 3;
    const stored = type === 1 ? 1 : length;
    const block = bytes.subarray(at, at + stored);
    if (block.length < stored || type === 3) throw new Damaged('a block is cut off');
    if (type === 0) frame.raw(block);
    else if (type === 1) frame.fill(block[0]!, length);
    else frame.packed(block);
    at += stored;
  }
  return target.subarray(0, frame.length);
}

/**
 * The bytes of one Zstandard frame (RFC 8878) without a dictionary, `size` at most. Undefined where the bytes
 * are no sound frame, or hold more. Node 20 has no decoder of its own; checksums are not looked at.
 */
export function decompressZstd(bytes: Buffer, size: number): Buffer | undefined {
  try {
    return decode(bytes, size);
  } catch (error) {
    if (error instanceof Damaged) return undefined;
    throw error;
  }
}
