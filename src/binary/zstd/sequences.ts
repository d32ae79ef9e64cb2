import { BackwardBits, Damaged } from './bits.js';
import { FseState, type FseTable, fseTable, oneSymbol, readFse } from './fse.js';

/** One step: so many literals, then so many bytes from `offset` back. The offset is as it is coded. */
export interface Sequence {
  readonly literals: number;
  readonly match: number;
  readonly offset: number;
}

/** The tables of literal lengths, offsets and match lengths. */
export type SequenceTables = readonly [FseTable, FseTable, FseTable];

const repeat = (value: number, count: number): number[] => Array.from({ length: count }, () => value);

const PREDEFINED: SequenceTables = [
  fseTable([4, 3, ...repeat(2, 11), 1, 1, 1, ...repeat(2, 9), 3, 2, ...repeat(1, 5), ...repeat(-1, 4)], 6),
  fseTable([...repeat(1, 6), 2, 2, 2, ...repeat(1, 15), ...repeat(-1, 5)], 5),
  fseTable([1, 4, 3, ...repeat(2, 6), ...repeat(1, 37), ...repeat(-1, 7)], 6),
];
const ACCURACY = [9, 8, 9];

/** Bits that follow a code, from the first code that has any; all codes before stand for themselves. */
const LITERAL_BITS = [1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const MATCH_BITS = [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

interface Codes {
  readonly base: readonly number[];
  readonly bits: readonly number[];
}

/** Each code covers the lengths from where the one before ends. */
function codes(plain: number, first: number, extra: readonly number[]): Codes {
  const bits = [...repeat(0, plain), ...extra];
  let at = first;
  const base = bits.map((count) => {
    const own = at;
    at += 2 ** count;
    return own;
  });
  return { base, bits };
}

const LITERALS = codes(16, 0, LITERAL_BITS);
const MATCHES = codes(32, 3, MATCH_BITS);

/** The number of sequences, and how many bytes it takes. */
function countOf(bytes: Uint8Array): [number, number] {
  const [first = 0, second = 0, third = 0] = bytes;
  if (first < 128) return [first, 1];
  return first < 255 ? [(first - 128) * 256 + second, 2] : [second + third * 256 + 0x7f00, 3];
}

/** Reads the sequences of a block; `known` are the tables of the block before. */
export function readSequences(
  bytes: Uint8Array,
  known: SequenceTables | undefined,
): { sequences: readonly Sequence[]; tables: SequenceTables | undefined } {
  const [count, head] = countOf(bytes);
  if (count === 0) return { sequences: [], tables: known };
  const modes = bytes[head] ?? 0;
  let at = head + 1;
  const tables = [6, 4, 2].map((shift, index) => {
    const mode = (modes >> shift) & 3;
    if (mode === 0) return PREDEFINED[index]!;
    if (mode === 1) return oneSymbol(bytes[at++] ?? 0);
    if (mode === 2) {
      const { table, length } = readFse(bytes.subarray(at), ACCURACY[index]!);
      at += length;
      return table;
    }
    if (!known) throw new Damaged('no table to repeat');
    return known[index]!;
  }) as unknown as SequenceTables;
  const input = new BackwardBits(bytes.subarray(at));
  const [literal, offset, match] = tables.map((table) => new FseState(table, input)) as [
    FseState,
    FseState,
    FseState,
  ];
  const sequences: Sequence[] = [];
  const length = ({ base, bits }: Codes, code: number): number => {
    if (base[code] === undefined) throw new Damaged('an unknown length');
    return base[code] + input.read(bits[code]!);
  };
  for (let index = 0; index < count; index++) {
    if (index > 0) for (const state of [literal, match, offset]) state.advance();
    if (offset.symbol > 31) throw new Damaged('an unknown offset');
    const back = 2 ** offset.symbol + input.read(offset.symbol);
    const long = length(MATCHES, match.symbol);
    sequences.push({ literals: length(LITERALS, literal.symbol), match: long, offset: back });
    if (input.left < 0) throw new Damaged('sequences are cut off');
  }
  return { sequences, tables };
}
