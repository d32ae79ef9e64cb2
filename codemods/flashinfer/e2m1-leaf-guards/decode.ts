import {
  ancestor,
  type ByteRange,
  descendants,
  type Edit,
  indentAt,
  insert,
  isSafe,
  type JudgeContext,
  joinLines,
  mark,
  type Node,
  newlineOf,
  type Site,
  type SourceFile,
  textOf,
} from '../../../src/api.js';
import { reachingActivity } from '../../_shared/e2m1/activity.js';
import { activitiesOf, type GuardRequest, guardState, topLevel } from '../../_shared/e2m1/conversions.js';
import { aboveComments, guardEdits, hasOwnLines } from '../../_shared/e2m1/lines.js';
import { GUARD, guardLines } from '../../_shared/e2m1/software.js';

/** E2M1 to halves or bfloats, as the one statement of a string literal of an asm. */
const LITERAL = /^"\s*cvt\.rn\.(bf16x2|f16x2)\.e2m1x2\s+(%\d+|\w+)\s*,\s*(\w+)\s*;((?:\\[nt])*)"$/;
const DECODING = /\.e2m1x2\b(?!\.)/;

export interface DecodeSite extends Site {
  /** The asm statement's range. */
  readonly statement: ByteRange;
  readonly helperAt: number;
  /** The statement with the instruction spelled out, from its first to its last byte. */
  readonly software: string;
}

/** Bits of the two codes of a byte to those of two floats, and the power of two that scales them right. */
const FORMATS = {
  f16x2: { steps: ['12 0x8000', '9 0x0e00', '24 0x80000000', '21 0x0e000000'], scale: '0x74007400' },
  bf16x2: { steps: ['12 0x8000', '6 0x01c0', '24 0x80000000', '18 0x01c00000'], scale: '0x7e807e80' },
} as const;

/**
 * PTX that does what the instruction does, on any target. Sign and magnitude of a code are put where a
 * float has sign and lowest exponent bits; a product with 2^14 (2^126 for bfloats) then gives the exact
 * value, subnormal codes and -0 included.
 */
export function spelledOut(format: keyof typeof FORMATS, to: string, from: string): string[] {
  const { steps, scale } = FORMATS[format];
  return [
    '{',
    '.reg .b16 dgx_codes;',
    '.reg .b32 dgx_word, dgx_part, dgx_bits;',
    `mov.b16 dgx_codes, {${from}, ${from}};`,
    'cvt.u32.u16 dgx_word, dgx_codes;',
    'mov.b32 dgx_bits, 0;',
    ...steps.flatMap((step) => {
      const [shift, bits] = step.split(' ');
      return [
        `shl.b32 dgx_part, dgx_word, ${shift};`,
        `and.b32 dgx_part, dgx_part, ${bits};`,
        'or.b32 dgx_bits, dgx_bits, dgx_part;',
      ];
    }),
    `mov.b32 dgx_part, ${scale};`,
    `mul.rn.${format} ${to}, dgx_bits, dgx_part;`,
    '}',
  ];
}

/** The statement's text with every use of the instruction spelled out; undefined where one is not understood. */
function softwareOf(statement: Node, text: string): string | undefined {
  let out = textOf(statement, text);
  const literals = descendants(statement, 'string_literal').filter((node) =>
    DECODING.test(textOf(node, text)),
  );
  for (const literal of literals.reverse()) {
    const match = LITERAL.exec(textOf(literal, text));
    if (!match) return undefined;
    const lines = spelledOut(match[1] as keyof typeof FORMATS, match[2]!, match[3]!);
    const between = `${newlineOf(text)}${' '.repeat(indentAt(text, literal.startIndex).length)}`;
    const spelled = lines.map((line) => `"${line}\\n"`).join(between);
    const from = literal.startIndex - statement.startIndex;
    out = out.slice(0, from) + spelled + out.slice(literal.endIndex - statement.startIndex);
  }
  return out;
}

/** Every asm of a file that decodes E2M1, one site a statement. */
export async function decodeSites(
  file: SourceFile,
  context: JudgeContext,
  request: GuardRequest,
): Promise<DecodeSite[]> {
  const { root } = await context.parse(file, 'cuda');
  const { text } = file;
  const activities = activitiesOf(text, request);
  return descendants(root, 'gnu_asm_expression')
    .filter((asm) => DECODING.test(textOf(asm, text)))
    .map((asm): DecodeSite => {
      const nowhere = { startIndex: 0, endIndex: 0 };
      const base = { file, offset: asm.startIndex, statement: nowhere, helperAt: 0, software: '' };
      const statement = asm.parent?.type === 'expression_statement' ? asm.parent : undefined;
      const fn = ancestor(asm, 'function_definition');
      const software = statement && softwareOf(statement, text);
      if (
        !statement ||
        !fn ||
        software === undefined ||
        !isSafe(statement) ||
        !hasOwnLines(statement, text)
      ) {
        return { ...base, state: 'unknown', what: 'a decoding asm that is not a plain statement' };
      }
      const helperAt = aboveComments(text, topLevel(fn).startIndex);
      const [state, what] = guardState(
        fn,
        asm,
        file,
        reachingActivity(activities, statement.startIndex),
        request,
      );
      return { ...base, statement, helperAt, software, state, what: `decoding: ${what}` };
    });
}

/** A software copy of the statement beside each. The sites are those of one file. */
export function decodeEdits(sites: readonly DecodeSite[], id: string, hasGuard: boolean): Edit[] {
  const [first] = sites;
  if (!first) return [];
  const { file, helperAt } = first;
  const edits = sites.flatMap(({ statement, software }) =>
    guardEdits(file, statement, id, (indent) => [`${indent}${software}`]),
  );
  if (hasGuard || file.text.includes(`define ${GUARD} `)) return edits;
  return [insert(file, helperAt, joinLines([...guardLines(mark(id), 'feature'), ''], file.text)), ...edits];
}
