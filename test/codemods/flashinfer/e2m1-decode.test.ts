import { describe, expect, it } from 'vitest';
import { spelledOut } from '../../../codemods/flashinfer/e2m1-leaf-guards/decode.js';

const VALUES = [0, 0.5, 1, 1.5, 2, 3, 4, 6];

/** Value of a float of 16 bits with `exponent` exponent bits; finite ones only. */
function decode(bits: number, exponent: number): number {
  const mantissa = 15 - exponent;
  const bias = 2 ** (exponent - 1) - 1;
  const field = (bits >> mantissa) & (2 ** exponent - 1);
  const fraction = (bits & (2 ** mantissa - 1)) / 2 ** mantissa;
  const size = field === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (field - bias);
  return bits >> 15 === 1 ? -size : size;
}

/** Runs the integer part of the PTX on a byte; gives the word, and the factor of the product at its end. */
function run(lines: readonly string[], byte: number): { word: number; factor: number } {
  const registers = new Map<string, number>();
  const value = (name: string): number => registers.get(name) ?? Number(name);
  for (const line of lines) {
    const [, operation, ...operands] = /^(\w+)\.\S+ (\w+), ([^,{}]+)(?:, (\w+))?;$/.exec(line) ?? [];
    const [to, a, b] = operands as [string, string, string | undefined];
    if (line === 'mov.b16 dgx_codes, {code, code};') registers.set('dgx_codes', byte | (byte << 8));
    else if (operation === 'shl') registers.set(to, (value(a) << value(b!)) >>> 0);
    else if (operation === 'and') registers.set(to, (value(a) & value(b!)) >>> 0);
    else if (operation === 'or') registers.set(to, (value(a) | value(b!)) >>> 0);
    else if (operation === 'mov' || operation === 'cvt') registers.set(to, value(a));
  }
  return { word: value('dgx_bits'), factor: value('dgx_part') & 0xffff };
}

describe.each([
  ['f16x2', 5],
  ['bf16x2', 8],
] as const)('E2M1 to %s, spelled out', (format, exponent) => {
  it('gives the exact values of all 256 bytes, the lower nibble in the lower half', () => {
    const lines = spelledOut(format, 'out', 'code');
    expect(lines.at(-2)).toBe(`mul.rn.${format} out, dgx_bits, dgx_part;`);
    for (let byte = 0; byte < 256; byte += 1) {
      const { word, factor } = run(lines, byte);
      const halves = [word & 0xffff, word >>> 16].map(
        (bits) => decode(bits, exponent) * decode(factor, exponent),
      );
      const wanted = [byte & 15, byte >> 4].map((code) => (code > 7 ? -VALUES[code - 8]! : VALUES[code]!));
      expect(halves).toEqual(wanted);
    }
  });
});
