import type { Node } from '../../../src/syntax/document.js';
import { descendants, textOf } from '../../../src/syntax/query.js';

/** What the conversion asm stores: for each output, eight source expressions, lowest nibble first. */
export interface ConversionAsm {
  readonly outputs: readonly { readonly target: string; readonly values: readonly string[] }[];
}

const CVT = /^cvt\.rn\.satfinite\.e2m1x2\.f32\s+(\w+)\s*,\s*%(\d+)\s*,\s*%(\d+)\s*;$/;
const PACK = /^mov\.b32\s+%(\d+)\s*,\s*\{\s*(\w+)\s*,\s*(\w+)\s*,\s*(\w+)\s*,\s*(\w+)\s*\}\s*;$/;

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
 * section "cvt"); `mov.b32 d, {b0, b1, b2, b3}` puts b0 into the lowest byte.
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

  const bytes = new Map<string, { low: string; high: string }>();
  const outputs: { target: string; values: string[] }[] = [];
  for (const statement of body.replace(/[{}]\s*$|^\s*\{/g, '').match(/[^;]+;/g) ?? []) {
    const trimmed = statement.trim().replace(/^\{\s*/, '');
    if (/^\.reg\s+\.b8\s+\w+\s*;$/.test(trimmed)) continue;
    const cvt = CVT.exec(trimmed);
    const pack = PACK.exec(trimmed);
    if (cvt) {
      const high = operands[Number(cvt[2])];
      const low = operands[Number(cvt[3])];
      if (high === undefined || low === undefined) return undefined;
      bytes.set(cvt[1]!, { low, high });
    } else if (pack) {
      const target = operands[Number(pack[1])];
      const packed = pack.slice(2, 6).map((name) => bytes.get(name));
      if (target === undefined || packed.some((byte) => byte === undefined)) return undefined;
      outputs.push({ target, values: packed.flatMap((byte) => [byte!.low, byte!.high]) });
    } else return undefined;
  }
  return outputs.length > 0 ? { outputs } : undefined;
}
