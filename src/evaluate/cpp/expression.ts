import { operatorOf } from '../../syntax/cpp.js';
import type { Node } from '../../syntax/document.js';
import { children, field, textOf } from '../../syntax/query.js';
import { constantOf, macroOf } from './definition.js';

/** Numbers, with booleans as 0 and 1; undefined where it depends on something that is not known. */
export type Amount = number | undefined;

/** What a name, a member or a call means; `value` evaluates its parts. */
export type CppMeaning = (node: Node, text: string, value: (node: Node) => Amount) => Amount;

const BINARY: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => Math.trunc(a / b),
  '%': (a, b) => a % b,
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
};

/** One side can decide alone; with `loose`, a part about something else leaves the decision to the other. */
function logical(isAnd: boolean, a: Amount, b: Amount, loose: boolean): Amount {
  const decided = [a, b].some((side) => side !== undefined && (side === 0) === isAnd);
  if (decided) return Number(!isAnd);
  if (loose && isAnd) return a === undefined ? b : a;
  return a === undefined || b === undefined ? undefined : Number(isAnd);
}

/** The value of an expression. `loose`: in a conjunction, what cannot be read is taken to hold. */
export function cppValue(node: Node, text: string, meaning: CppMeaning, loose = false): Amount {
  const sub = (child: Node | undefined): Amount =>
    child ? cppValue(child, text, meaning, loose) : undefined;
  switch (node.type) {
    case 'parenthesized_expression':
    case 'condition_clause':
      return sub(children(node)[0]);
    case 'number_literal':
      return numberOf(textOf(node, text));
    case 'true':
    case 'false':
      return Number(node.type === 'true');
    case 'unary_expression': {
      const value = sub(field(node, 'argument'));
      if (value === undefined) return undefined;
      const operator = operatorOf(node, text);
      if (operator === '!') return Number(value === 0);
      return operator === '-' ? -value : undefined;
    }
    case 'binary_expression': {
      const operator = operatorOf(node, text);
      const [a, b] = [sub(field(node, 'left')), sub(field(node, 'right'))];
      if (operator === '&&' || operator === '||') return logical(operator === '&&', a, b, loose);
      return a === undefined || b === undefined ? undefined : BINARY[operator]?.(a, b);
    }
    case 'conditional_expression': {
      const condition = sub(field(node, 'condition'));
      if (condition === undefined) return undefined;
      return sub(field(node, condition !== 0 ? 'consequence' : 'alternative'));
    }
    default: {
      const meant = meaning(node, text, sub as (inner: Node) => Amount);
      return meant === undefined ? definedValue(node, text, sub) : meant;
    }
  }
}

function numberOf(text: string): Amount {
  const number = Number(text.replace(/[uUlL']/g, ''));
  return text !== '' && Number.isFinite(number) ? number : undefined;
}

/** The value of a constant, of a macro that is a number, or of a lambda that only returns. */
function definedValue(node: Node, text: string, value: (node: Node) => Amount): Amount {
  const constant = constantOf(node, text);
  if (constant) return value(constant);
  const macro = node.type === 'identifier' ? macroOf(textOf(node, text), node, text) : undefined;
  return macro === undefined ? undefined : numberOf(macro);
}
