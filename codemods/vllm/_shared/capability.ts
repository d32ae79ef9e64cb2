/**
 * What a C++ condition says about a compute capability, by value and not by spelling: `x >= 120 && x < 130`,
 * `major * 10 + minor == 120` and `major == 12` are all read as a set of capabilities.
 */
import { ancestor, descendants, field, type Node, textOf } from '../../../src/api.js';

/** Capabilities (major * 10 + minor) that tell the known gates apart. */
export const BELOW = [75, 80, 86, 89, 90, 100, 101, 103, 110, 119];
export const ABOVE = [130, 131];

/** The value that an expression leaf has on a device of a capability, or undefined if it is about something else. */
export type LeafValue = (leaf: string, capability: number) => number | undefined;

const CAPABILITY_NAME = /^(?:sm|cc|version_num|sm_version\w*|compute_cap\w*|\w*capability\w*)$/i;
const CAPABILITY_CALL = /\bget_sm_version_num\s*\(\s*\)|\bget_(?:device|compute)_capability\w*\s*\(/;

const part = (name: string, capability: number): number => {
  if (/major/i.test(name)) return Math.trunc(capability / 10);
  return /minor/i.test(name) ? capability % 10 : capability;
};

/** Reads names as capabilities: by what they are called, or by what the enclosing function puts into them. */
export function leafValues(node: Node, text: string): LeafValue {
  const fn = ancestor(node, 'function_definition');
  const roles = new Map<string, 'whole' | 'major' | 'minor'>();
  if (fn) {
    const body = textOf(fn, text);
    for (const match of body.matchAll(/&\s*(\w+)\s*,\s*cudaDevAttrComputeCapability(Major|Minor)\b/g)) {
      roles.set(match[1]!, match[2] === 'Major' ? 'major' : 'minor');
    }
    const declarations = body.includes('get_sm_version_num') ? descendants(fn, 'init_declarator') : [];
    for (const declared of declarations) {
      const name = field(declared, 'declarator');
      const value = field(declared, 'value');
      if (
        name?.type === 'identifier' &&
        value &&
        /^(?:\w+::)*get_sm_version_num\s*\(\s*\)$/.test(textOf(value, text))
      ) {
        roles.set(textOf(name, text), 'whole');
      }
    }
  }
  return (leaf, capability) => {
    const role = roles.get(leaf);
    if (role) return part(role, capability);
    if (CAPABILITY_NAME.test(leaf) || CAPABILITY_CALL.test(leaf)) return part(leaf, capability);
    return undefined;
  };
}

/** The expression's value, or undefined where it depends on something else. */
export type Value = number | undefined;

const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
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

/** In a conjunction, a part about something else leaves the decision to the other part. */
function conjunction(a: Value, b: Value): Value {
  if (a === 0 || b === 0) return 0;
  return a === undefined ? b : a;
}

/** The value of a condition on a device of a capability. */
export function valueOn(node: Node, text: string, leaves: LeafValue, capability: number): Value {
  const sub = (child: Node | undefined): Value =>
    child ? valueOn(child, text, leaves, capability) : undefined;
  switch (node.type) {
    case 'condition_clause':
      return sub(field(node, 'value'));
    case 'parenthesized_expression':
      return sub(node.namedChildren.find((child) => child !== null && child.type !== 'comment') ?? undefined);
    case 'number_literal': {
      const number = Number(textOf(node, text).replace(/[uUlL']/g, ''));
      return Number.isFinite(number) ? number : undefined;
    }
    case 'true':
      return 1;
    case 'false':
      return 0;
    case 'unary_expression': {
      const value = sub(field(node, 'argument'));
      if (value === undefined || textOf(field(node, 'operator')!, text) !== '!') return undefined;
      return Number(value === 0);
    }
    case 'binary_expression': {
      const operator = textOf(field(node, 'operator')!, text);
      const [a, b] = [sub(field(node, 'left')), sub(field(node, 'right'))];
      if (operator === '&&') return conjunction(a, b);
      if (a === undefined || b === undefined) return undefined;
      if (operator === '||') return Number(a !== 0 || b !== 0);
      return ARITHMETIC[operator]?.(a, b);
    }
    default:
      return leaves(textOf(node, text), capability);
  }
}

/** True where the expression reads a capability at all. */
export function mentionsCapability(node: Node, text: string, leaves: LeafValue): boolean {
  const candidates = [node, ...descendants(node, 'identifier', 'call_expression')];
  return candidates.some((leaf) => leaves(textOf(leaf, text), 121) !== undefined);
}
