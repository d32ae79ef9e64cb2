/** The values of index and size expressions in CUDA host and device code, for given sizes. */
import { ancestors, descendants, field, type Node, textOf } from '../../../src/api.js';

/** Values by spelling: `n`, `blockIdx.y`. */
export type Known = ReadonlyMap<string, number>;
export type Value = number | undefined;

const BINARY: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => Math.trunc(a / b),
  '%': (a, b) => a % b,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
};

const CALLS: Record<string, (a: number, b: number) => number> = {
  min: Math.min,
  max: Math.max,
  div_round_up: (a, b) => Math.ceil(a / b),
  round_up: (a, b) => Math.ceil(a / b) * b,
};

const CAST = /^(?:u?int(?:32_t|64_t)?|static_cast<\s*u?int(?:32_t|64_t)?\s*>)$/;

const namedChildren = (node: Node): Node[] =>
  node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');

/** The declarator that gives a name its value where `at` stands: the nearest one above it, scope by scope. */
export function declarationOf(name: string, at: Node, text: string): Node | undefined {
  let below = at;
  for (const scope of ancestors(at)) {
    for (const sibling of scope.namedChildren) {
      if (!sibling || sibling.startIndex >= below.startIndex) break;
      if (sibling.type !== 'declaration') continue;
      const found = namedChildren(sibling).find((child) => {
        const declared = field(child, 'declarator');
        return declared?.type === 'identifier' && textOf(declared, text) === name;
      });
      if (found) return found;
    }
    below = scope;
  }
  return undefined;
}

/** The arguments that a `dim3 name(x, y)` was made with. A C++ reader may take it for a function. */
export function dimensions(name: string, at: Node, text: string): Node[] {
  const declared = declarationOf(name, at, text);
  const list = field(declared, 'value') ?? field(declared, 'parameters');
  if (!list || !['argument_list', 'parameter_list'].includes(list.type)) return [];
  return namedChildren(list);
}

function memberValue(node: Node, text: string, known: Known): Value {
  const [owner, member] = textOf(node, text).split('.');
  const index = ['x', 'y', 'z'].indexOf(member ?? '');
  const argument = index < 0 ? undefined : dimensions(owner!, node, text)[index];
  return argument && valueOfNode(argument, text, known);
}

function callValue(node: Node, text: string, known: Known): Value {
  const callee = textOf(field(node, 'function')!, text);
  const values = namedChildren(field(node, 'arguments')!).map((argument) =>
    valueOfNode(argument, text, known),
  );
  if (CAST.test(callee) && values.length === 1) return values[0];
  const call =
    CALLS[
      callee
        .replace(/<[^<>]*>$/, '')
        .split('::')
        .at(-1)!
    ];
  const [a, b] = values;
  return call && values.length === 2 && a !== undefined && b !== undefined ? call(a, b) : undefined;
}

/** The value of an expression, or undefined where it depends on something that is not known. */
export function valueOfNode(node: Node, text: string, known: Known): Value {
  const spelled = known.get(textOf(node, text));
  if (spelled !== undefined) return spelled;
  switch (node.type) {
    case 'number_literal': {
      const number = Number(textOf(node, text).replace(/[uUlL']/g, ''));
      return Number.isNaN(number) ? undefined : number;
    }
    case 'parenthesized_expression':
    case 'condition_clause':
      return valueOfNode(namedChildren(node)[0]!, text, known);
    case 'binary_expression': {
      const apply = BINARY[textOf(field(node, 'operator')!, text)];
      const [a, b] = [field(node, 'left')!, field(node, 'right')!].map((side) =>
        valueOfNode(side, text, known),
      );
      return apply && a !== undefined && b !== undefined ? apply(a, b) : undefined;
    }
    case 'call_expression':
      return callValue(node, text, known);
    case 'field_expression':
      return memberValue(node, text, known);
    case 'identifier':
    case 'type_identifier':
    case 'parameter_declaration': {
      const declared = declarationOf(textOf(node, text), node, text);
      const value = field(declared, 'value');
      return value && value.type !== 'argument_list' ? valueOfNode(value, text, known) : undefined;
    }
    default:
      return undefined;
  }
}

/** All expressions below a node, itself included, that have a value, outermost first. */
export function operandsWith(node: Node, text: string, known: Known, value: number): Node[] {
  return [
    node,
    ...descendants(node, 'identifier', 'binary_expression', 'call_expression', 'parenthesized_expression'),
  ]
    .filter((operand) => valueOfNode(operand, text, known) === value)
    .sort((a, b) => a.startIndex - b.startIndex || b.endIndex - a.endIndex);
}
