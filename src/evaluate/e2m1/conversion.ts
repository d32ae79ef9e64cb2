import type { Node } from '../../syntax/document.js';
import { descendants, textOf } from '../../syntax/query.js';

/** What the conversion asm stores: for each output, eight or sixteen source expressions, lowest nibble first. */
export interface ConversionAsm {
  readonly outputs: readonly { readonly target: string; readonly values: readonly string[] }[];
}

const CVT = /^cvt\.rn\.satfinite\.e2m1x2\.f32\s+(\w+)\s*,\s*%(\d+)\s*,\s*%(\d+)\s*;$/;
const PACK = /^mov\.b32\s+(%)?(\w+)\s*,\s*\{\s*(\w+)\s*,\s*(\w+)\s*,\s*(\w+)\s*,\s*(\w+)\s*\}\s*;$/;
const JOIN = /^mov\.b64\s+%(\d+)\s*,\s*\{\s*(\w+)\s*,\s*(\w+)\s*\}\s*;$/;
const REGISTERS = /^\.reg\s+\.b(?:8|32)\s+\w+(?:\s*,\s*\w+)*\s*;$/;

/** An empty byte of a pack: the codes of two zeros. */
const ZEROS = { low: '0.0f', high: '0.0f' };

/** The expression of an operand `"=r"(expression)`. */
function operand(node: Node, text: string): string | undefined {
  const value = node.childForFieldName('value');
  return value ? textOf(value, text).replace(/\s+/g, ' ') : undefined;
}

/**
 * Reads the asm of a conversion: register declarations, conversions and packs, and nothing else.
 * Undefined where a part of it is not understood.
 *
 * `cvt.rn.satfinite.e2m1x2.f32 d, a, b` puts a into the upper and b into the lower nibble of d (PTX ISA,
 * section "cvt"); `mov.b32 d, {b0, b1, b2, b3}` puts b0 into the lowest byte, `mov.b64 d, {w0, w1}` w0 into
 * the lower word.
 */
export function readConversion(asm: Node, text: string): ConversionAsm | undefined {
  const code = asm.childForFieldName('assembly_code');
  if (!code) return undefined;
  const strings = code.type === 'concatenated_string' ? descendants(code, 'string_literal') : [code];
  const body = strings
    .map((literal) =>
      textOf(literal, text)
        .replace(/^"|"$/g, '')
        .replace(/\\[nt]/g, ' '),
    )
    .join(' ');
  const operands = [
    ...descendants(asm, 'gnu_asm_output_operand'),
    ...descendants(asm, 'gnu_asm_input_operand'),
  ].map((node) => operand(node, text));

  const bytes = new Map<string, { low: string; high: string }>([['0', ZEROS]]);
  const words = new Map<string, string[]>();
  const outputs: { target: string; values: string[] }[] = [];
  for (const statement of body.replace(/[{}]\s*$|^\s*\{/g, '').match(/[^;]+;/g) ?? []) {
    const trimmed = statement.trim().replace(/^\{\s*/, '');
    if (REGISTERS.test(trimmed)) continue;
    const cvt = CVT.exec(trimmed);
    const pack = PACK.exec(trimmed);
    const join = JOIN.exec(trimmed);
    if (cvt) {
      const high = operands[Number(cvt[2])];
      const low = operands[Number(cvt[3])];
      if (high === undefined || low === undefined) return undefined;
      bytes.set(cvt[1]!, { low, high });
    } else if (pack) {
      const packed = pack.slice(3, 7).map((name) => bytes.get(name));
      if (packed.some((byte) => byte === undefined)) return undefined;
      const values = packed.flatMap((byte) => [byte!.low, byte!.high]);
      const target = operands[Number(pack[2])];
      if (pack[1] === undefined) words.set(pack[2]!, values);
      else if (target !== undefined) outputs.push({ target, values });
      else return undefined;
    } else if (join) {
      const target = operands[Number(join[1])];
      const [low, high] = [words.get(join[2]!), words.get(join[3]!)];
      if (target === undefined || !low || !high) return undefined;
      outputs.push({ target, values: [...low, ...high] });
    } else return undefined;
  }
  return outputs.length > 0 ? { outputs } : undefined;
}
