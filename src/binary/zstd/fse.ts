import { type BackwardBits, Damaged, ForwardBits } from './bits.js';

/** A table of finite state entropy: of each state its symbol, and how the next one is made. */
export interface FseTable {
  readonly accuracy: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly base: Uint16Array;
}

const highest = (value: number): number => 31 - Math.clz32(value);

/** Builds the table of a distribution; -1 is a symbol of less than one state. */
export function fseTable(distribution: readonly number[], accuracy: number): FseTable {
  const size = 1 << accuracy;
  const symbols = new Uint8Array(size);
  const next = distribution.map((share) => Math.abs(share));
  let high = size;
  for (const [symbol, share] of distribution.entries()) if (share === -1) symbols[--high] = symbol;
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (const [symbol, share] of distribution.entries()) {
    for (let one = 0; one < share; one++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  }
  const [bits, base] = [new Uint8Array(size), new Uint16Array(size)];
  for (const [state, symbol] of symbols.entries()) {
    const rank = next[symbol]!++;
    bits[state] = accuracy - highest(rank);
    base[state] = (rank << bits[state]!) - size;
  }
  return { accuracy, symbols, bits, base };
}

/** A table of one state, which reads no bits. */
export function oneSymbol(symbol: number): FseTable {
  return { accuracy: 0, symbols: Uint8Array.of(symbol), bits: Uint8Array.of(0), base: Uint16Array.of(0) };
}

/** Reads a table's description; `length` is what it takes. */
export function readFse(bytes: Uint8Array, limit: number): { table: FseTable; length: number } {
  const input = new ForwardBits(bytes);
  const accuracy = input.read(4) + 5;
  if (accuracy > limit) throw new Damaged('a table is too large');
  const distribution: number[] = [];
  for (let left = 1 << accuracy; left > 0; ) {
    const count = highest(left + 1) + 1;
    const [lower, threshold] = [(1 << (count - 1)) - 1, (1 << count) - 2 - left];
    let value = input.read(count);
    if ((value & lower) < threshold) {
      input.back(1);
      value &= lower;
    } else if (value > lower) value -= threshold;
    left -= Math.abs(value - 1);
    distribution.push(value - 1);
    for (let zeros = value === 1 ? 3 : 0; zeros === 3; ) {
      zeros = input.read(2);
      for (let one = 0; one < zeros; one++) distribution.push(0);
    }
    if (left < 0 || distribution.length > 256) throw new Damaged('a distribution has no sum');
  }
  return { table: fseTable(distribution, accuracy), length: input.bytesRead };
}

/** A state that walks through its table. */
export class FseState {
  private state: number;

  constructor(
    private readonly table: FseTable,
    private readonly input: BackwardBits,
  ) {
    this.state = input.read(table.accuracy);
  }

  get symbol(): number {
    return this.table.symbols[this.state]!;
  }

  advance(): void {
    this.state = this.table.base[this.state]! + this.input.read(this.table.bits[this.state]!);
  }
}
