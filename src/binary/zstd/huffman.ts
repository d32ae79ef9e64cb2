import { BackwardBits, Damaged } from './bits.js';
import { FseState, readFse } from './fse.js';

/** Of each window of `width` bits the symbol that it starts with, and how many of the bits that takes. */
export interface HuffmanTable {
  readonly width: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
}

const WIDTH_LIMIT = 11;

function packedWeights(bytes: Uint8Array): number[] {
  const input = readFse(bytes, 6);
  const bits = new BackwardBits(bytes.subarray(input.length));
  const states = [new FseState(input.table, bits), new FseState(input.table, bits)];
  const weights: number[] = [];
  for (let turn = 0; weights.length < 255; turn ^= 1) {
    weights.push(states[turn]!.symbol);
    states[turn]!.advance();
    if (bits.left < 0) return [...weights, states[turn ^ 1]!.symbol];
  }
  throw new Damaged('too many weights');
}

function plainWeights(bytes: Uint8Array, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (bytes[index >> 1]! >> (index & 1 ? 0 : 4)) & 15);
}

/** The table of the weights; that of the last symbol follows from the others. */
function tableOf(weights: readonly number[]): HuffmanTable {
  const sum = weights.reduce((total, weight) => total + (weight > 0 ? 2 ** (weight - 1) : 0), 0);
  const width = 32 - Math.clz32(sum);
  const last = 2 ** width - sum;
  if (sum === 0 || width > WIDTH_LIMIT || !Number.isInteger(Math.log2(last))) {
    throw new Damaged('the weights have no sum');
  }
  const all = [...weights, Math.log2(last) + 1];
  const [symbols, bits] = [new Uint8Array(1 << width), new Uint8Array(1 << width)];
  let at = 0;
  for (let weight = 1; weight <= width; weight++) {
    for (const [symbol, own] of all.entries()) {
      if (own !== weight) continue;
      const end = at + (1 << (weight - 1));
      symbols.fill(symbol, at, end);
      bits.fill(width + 1 - weight, at, end);
      at = end;
    }
  }
  return { width, symbols, bits };
}

/** Reads a table's description; `length` is what it takes. */
export function readHuffman(bytes: Uint8Array): { table: HuffmanTable; length: number } {
  const head = bytes[0] ?? 0;
  const packed = head < 128;
  const size = packed ? head : (head - 126) >> 1;
  const body = bytes.subarray(1, 1 + size);
  if (body.length < size) throw new Damaged('weights are cut off');
  return { table: tableOf(packed ? packedWeights(body) : plainWeights(body, head - 127)), length: 1 + size };
}

/** Fills `target` with the symbols of one stream. */
export function decodeHuffman(
  bytes: Uint8Array,
  { width, symbols, bits }: HuffmanTable,
  target: Uint8Array,
): void {
  const input = new BackwardBits(bytes);
  const mask = (1 << width) - 1;
  let window = input.read(width);
  for (let at = 0; at < target.length; at++) {
    target[at] = symbols[window]!;
    const count = bits[window]!;
    window = ((window << count) | input.read(count)) & mask;
  }
  if (input.left !== -width) throw new Damaged('a stream has another length');
}
