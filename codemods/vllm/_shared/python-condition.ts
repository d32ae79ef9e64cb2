/** What a Python condition says about a compute capability, by value and not by spelling. */
import { field, type Node, textOf } from '../../../src/api.js';

/** The value of an expression that is not built from others, or undefined if it is about something else. */
export type PythonLeaf = (node: Node, text: string) => number | undefined;

const named = (node: Node): Node[] =>
  node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');

function compare(operator: string, a: number, b: number): number | undefined {
  const tests: Record<string, boolean> = {
    '==': a === b,
    '!=': a !== b,
    '<': a < b,
    '<=': a <= b,
    '>': a > b,
    '>=': a >= b,
  };
  return operator in tests ? Number(tests[operator]) : undefined;
}

function comparison(node: Node, text: string, leaf: PythonLeaf): number | undefined {
  const [left, ...rest] = named(node);
  const operators = node.children
    .filter((child): child is Node => child !== null && !child.isNamed)
    .map((child) => textOf(child, text));
  // `not in` is one operator of two tokens.
  const operator = operators.join(' ').replace(/\s+/g, ' ');
  if (rest.length !== 1) return undefined;
  const [right] = rest;
  const value = pythonValue(left!, text, leaf);
  if (value === undefined) return undefined;
  if (operator === 'in' || operator === 'not in') {
    if (!['list', 'tuple', 'set'].includes(right!.type)) return undefined;
    const items = named(right!).map((item) => pythonValue(item, text, leaf));
    if (items.includes(undefined)) return undefined;
    return Number(items.includes(value) === (operator === 'in'));
  }
  const other = pythonValue(right!, text, leaf);
  return other === undefined ? undefined : compare(operator, value, other);
}

/** The value of an expression: numbers, booleans as 0 and 1; undefined where it cannot be told. */
export function pythonValue(node: Node, text: string, leaf: PythonLeaf): number | undefined {
  const sub = (child: Node | undefined): number | undefined =>
    child ? pythonValue(child, text, leaf) : undefined;
  switch (node.type) {
    case 'parenthesized_expression':
      return sub(named(node)[0]);
    case 'integer':
      return Number(textOf(node, text));
    case 'not_operator': {
      const value = sub(field(node, 'argument'));
      return value === undefined ? undefined : Number(value === 0);
    }
    case 'boolean_operator': {
      const sides = [sub(field(node, 'left')), sub(field(node, 'right'))];
      const isAnd = textOf(field(node, 'operator')!, text) === 'and';
      // One side can decide alone.
      if (sides.some((side) => side !== undefined && (side === 0) === isAnd)) return Number(!isAnd);
      return sides.includes(undefined) ? undefined : Number(isAnd);
    }
    case 'binary_operator': {
      const [a, b] = [sub(field(node, 'left')), sub(field(node, 'right'))];
      const operator = textOf(field(node, 'operator')!, text);
      if (a === undefined || b === undefined) return undefined;
      if (operator === '//') return Math.floor(a / b);
      return operator === '%' ? a % b : undefined;
    }
    case 'comparison_operator':
      return comparison(node, text, leaf);
    default:
      return leaf(node, text);
  }
}
