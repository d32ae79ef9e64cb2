/** The values of index and size expressions in CUDA host and device code, for given sizes. */
import { argumentsOf, calledName } from '../../syntax/cpp.js';
import type { Node } from '../../syntax/document.js';
import { children, descendants, field, textOf } from '../../syntax/query.js';
import { declarationOf } from './definition.js';
import { type Amount, type CppMeaning, cppValue } from './expression.js';

/** Values by spelling: `n`, `blockIdx.y`. */
export type Sizes = ReadonlyMap<string, number>;

const CALLS: Record<string, (a: number, b: number) => number> = {
  min: Math.min,
  max: Math.max,
  div_round_up: (a, b) => Math.ceil(a / b),
  round_up: (a, b) => Math.ceil(a / b) * b,
};

const CAST = /^(?:u?int(?:32_t|64_t)?|static_cast<\s*u?int(?:32_t|64_t)?\s*>)$/;

/** The arguments that a `dim3 name(x, y)` was made with. A C++ reader may take it for a function. */
export function dimensions(name: string, at: Node, text: string): Node[] {
  const declared = declarationOf(name, at, text);
  const list = field(declared, 'value') ?? field(declared, 'parameters');
  return list && ['argument_list', 'parameter_list'].includes(list.type) ? children(list) : [];
}

/** Names by the sizes that are given, else by their declaration; members of a `dim3`; casts, min and max. */
const meaningOf =
  (sizes: Sizes): CppMeaning =>
  (node, text, value) => {
    const spelled = sizes.get(textOf(node, text));
    if (spelled !== undefined) return spelled;
    switch (node.type) {
      case 'call_expression': {
        const values = argumentsOf(node).map(value);
        if (CAST.test(textOf(field(node, 'function')!, text)) && values.length === 1) return values[0];
        const [a, b] = values;
        const call = values.length === 2 ? CALLS[calledName(node, text)] : undefined;
        return a === undefined || b === undefined ? undefined : call?.(a, b);
      }
      case 'field_expression': {
        const [owner, member] = textOf(node, text).split('.');
        const index = ['x', 'y', 'z'].indexOf(member ?? '');
        const argument = index < 0 ? undefined : dimensions(owner!, node, text)[index];
        return argument && value(argument);
      }
      case 'identifier':
      case 'type_identifier':
      case 'parameter_declaration': {
        const declared = field(declarationOf(textOf(node, text), node, text), 'value');
        return declared && declared.type !== 'argument_list' ? value(declared) : undefined;
      }
      default:
        return undefined;
    }
  };

/** The value of an expression, or undefined where it depends on something that is not known. */
export function sizeOf(node: Node, text: string, sizes: Sizes): Amount {
  return cppValue(node, text, meaningOf(sizes));
}

/** All expressions below a node, itself included, that have a value, outermost first. */
export function operandsWith(node: Node, text: string, sizes: Sizes, value: number): Node[] {
  return [
    node,
    ...descendants(node, 'identifier', 'binary_expression', 'call_expression', 'parenthesized_expression'),
  ]
    .filter((operand) => sizeOf(operand, text, sizes) === value)
    .sort((a, b) => a.startIndex - b.startIndex || b.endIndex - a.endIndex);
}
