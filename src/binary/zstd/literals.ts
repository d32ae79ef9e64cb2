import { Damaged } from './bits.js';
import { decodeHuffman, type HuffmanTable, readHuffman } from './huffman.js';

export interface Literals {
  readonly bytes: Uint8Array;
  /** Bytes of the block that they take. */
  readonly length: number;
  readonly table: HuffmanTable | undefined;
}

const BLOCK_LIMIT = 1 << 17;

function little(bytes: Uint8Array, count: number): number {
  let value = 0;
  for (let at = count - 1; at >= 0; at--) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

function plain(block: Uint8Array, repeated: boolean, table: HuffmanTable | undefined): Literals {
  const format = (block[0]! >> 2) & 3;
  const head = format === 1 ? 2 : format === 3 ? 3 : 1;
  const size = little(block, head) >> (format & 1 ? 4 : 3);
  if (size > BLOCK_LIMIT || head + (repeated ? 1 : size) > block.length)
    throw new Damaged('literals are cut off');
  if (repeated) return { bytes: new Uint8Array(size).fill(block[head]!), length: head + 1, table };
  return { bytes: block.subarray(head, head + size), length: head + size, table };
}

/** Sizes of the four streams, or of the one. */
function streamsOf(bytes: Uint8Array, four: boolean): Uint8Array[] {
  if (!four) return [bytes];
  const streams: Uint8Array[] = [];
  let at = 6;
  for (const place of [0, 2, 4]) {
    const end = at + little(bytes.subarray(place), 2);
    streams.push(bytes.subarray(at, end));
    at = end;
  }
  return [...streams, bytes.subarray(at)];
}

function packed(block: Uint8Array, known: HuffmanTable | undefined): Literals {
  const format = (block[0]! >> 2) & 3;
  const width = [10, 10, 14, 18][format]!;
  const head = [3, 3, 4, 5][format]!;
  const fields = Math.floor(little(block, head) / 16);
  const [size, stored] = [fields % 2 ** width, Math.floor(fields / 2 ** width)];
  let body = block.subarray(head, head + stored);
  if (size > BLOCK_LIMIT || body.length < stored) throw new Damaged('literals are cut off');
  let table = known;
  if ((block[0]! & 3) === 2) {
    const read = readHuffman(body);
    table = read.table;
    body = body.subarray(read.length);
  }
  if (!table) throw new Damaged('literals without a table');
  const bytes = new Uint8Array(size);
  const streams = streamsOf(body, format !== 0);
  const share = streams.length === 1 ? size : (size + 3) >> 2;
  for (const [index, stream] of streams.entries()) {
    decodeHuffman(stream, table, bytes.subarray(index * share, index === 3 ? size : (index + 1) * share));
  }
  return { bytes, length: head + stored, table };
}

/** Reads the literals at the start of a block; `known` is the table of the block before. */
export function readLiterals(block: Uint8Array, known: HuffmanTable | undefined): Literals {
  if (block.length === 0) throw new Damaged('an empty block');
  const type = block[0]! & 3;
  return type < 2 ? plain(block, type === 1, known) : packed(block, known);
}
