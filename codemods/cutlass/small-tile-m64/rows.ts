/** Expressions of CuTe by value, for tiles of some numbers of rows. */
import {
  type Amount,
  argumentsOf,
  baseName,
  type CppMeaning,
  calledName,
  children,
  cppValue,
  field,
  type Node,
  textOf,
  tokensOf,
} from '../../../src/api.js';

/** Rows of tiles that tell rounding up from rounding down. */
export const ROWS = [64, 128, 192, 256] as const;

/** Rows that a block of scale factors is for. */
const BLOCK = 128;

const CALLS: Readonly<Record<string, (a: number, b: number) => number>> = {
  ceil_div: (a, b) => Math.ceil(a / b),
  round_up: (a, b) => Math.ceil(a / b) * b,
  max: Math.max,
  min: Math.min,
};

/** `_128{}`, `Int<128>{}` and the block's own name; what elements take is left out. */
function constant(node: Node, text: string): Amount {
  const spelled = tokensOf(textOf(node, text)).join('');
  const number = /^(?:cute::)?(?:_(\d+)|Int<(\d+)>)\{\}$/.exec(spelled);
  if (number) return Number(number[1] ?? number[2]);
  if (spelled === 'Blk_MN{}') return BLOCK;
  return /^\w*Elems\{\}$/.test(spelled) ? 1 : undefined;
}

const meaningOf =
  (rows: number): CppMeaning =>
  (node, text, value) => {
    if (node.type === 'compound_literal_expression') return constant(node, text);
    if (node.type !== 'call_expression') return undefined;
    const callee = field(node, 'function')!;
    const args = argumentsOf(node);
    if (/^(?:size|shape)$/.test(baseName(callee, text))) {
      const [mode] = children(field(callee, 'arguments'));
      const of = args.map((arg) => tokensOf(textOf(arg, text)).join('')).join();
      return mode && textOf(mode, text) === '0' && /^TileShape\w*\{\}$/.test(of) ? rows : undefined;
    }
    const [a, b] = args.map(value);
    const call = args.length === 2 ? CALLS[calledName(node, text)] : undefined;
    return a === undefined || b === undefined ? undefined : call?.(a, b);
  };

/** What an expression is for each of the numbers of rows, with commas between; empty where it is not known. */
export function valuesOf(node: Node, text: string): string {
  const values = ROWS.map((rows) => cppValue(node, text, meaningOf(rows)));
  return values.includes(undefined) ? '' : values.map(Number).join();
}
