import type { Node } from '../../syntax/document.js';
import { children, field, textOf } from '../../syntax/query.js';
import { holds, type Known, truth, type Value } from '../value.js';
import { definitionOf } from './definition.js';
import { methodOf } from './methods.js';
import { ARITHMETIC, COMPARISONS } from './operators.js';

/** What a name, an attribute or a call means; `value` evaluates parts of it. Undefined for all else. */
export type Meaning = (node: Node, text: string, value: (node: Node) => Known) => Known;

/** Evaluates expressions with what their leaves mean. Literals mean themselves where the caller says nothing. */
export class Expressions {
  /** Definitions that are being read. */
  readonly #open = new Set<number>();

  constructor(
    readonly text: string,
    readonly meaning: Meaning,
    /** Told of everything that is not known, the innermost part first. */
    readonly lost: (node: Node) => void = () => {},
  ) {}

  value(node: Node): Known {
    const value = this.#value(node);
    if (value === undefined) this.lost(node);
    return value;
  }

  #sub(node: Node | undefined): Known {
    return node && this.value(node);
  }

  #value(node: Node): Known {
    switch (node.type) {
      case 'integer':
      case 'float':
        return Number(textOf(node, this.text).replaceAll('_', ''));
      case 'true':
      case 'false':
        return node.type === 'true';
      case 'none':
        return null;
      case 'parenthesized_expression':
        return this.#sub(children(node)[0]);
      case 'not_operator': {
        const value = holds(this.#sub(field(node, 'argument')));
        return value === undefined ? undefined : !value;
      }
      case 'boolean_operator':
        return this.#logical(node);
      case 'binary_operator': {
        const operator = textOf(field(node, 'operator')!, this.text);
        return this.binary(operator, this.#sub(field(node, 'left')), this.#sub(field(node, 'right')));
      }
      case 'unary_operator': {
        const value = this.#sub(field(node, 'argument'));
        return typeof value === 'number' && textOf(field(node, 'operator')!, this.text) === '-'
          ? -value
          : undefined;
      }
      case 'comparison_operator':
        return this.#comparison(node);
      case 'conditional_expression': {
        const [yes, condition, no] = children(node);
        const chosen = holds(this.#sub(condition));
        return chosen === undefined ? undefined : this.#sub(chosen ? yes : no);
      }
      default: {
        const meant = this.meaning(node, this.text, (inner) => this.value(inner));
        if (meant !== undefined) return meant;
        const defined = definitionOf(node, this.text);
        return defined ? this.#defined(defined) : this.#plain(node);
      }
    }
  }

  /** The value of what a name was given; one that is given itself has none. */
  #defined(node: Node): Known {
    if (this.#open.has(node.id)) return undefined;
    this.#open.add(node.id);
    const value = this.#value(node);
    this.#open.delete(node.id);
    return value;
  }

  /** Literals, items and methods of values. */
  #plain(node: Node): Known {
    switch (node.type) {
      case 'string':
        return this.#string(node);
      case 'concatenated_string': {
        const pieces = this.members(node);
        return pieces?.map(String).join('');
      }
      case 'tuple':
      case 'expression_list':
      case 'list':
      case 'set':
        return this.members(node);
      case 'subscript': {
        const [holder, index] = [this.#sub(field(node, 'value')), this.#sub(field(node, 'subscript'))];
        const indexed = typeof holder === 'string' || Array.isArray(holder);
        return indexed && typeof index === 'number' ? (holder as readonly Value[]).at(index) : undefined;
      }
      case 'call':
        return this.#call(node);
      default:
        return undefined;
    }
  }

  /** The members of a list of expressions, undefined where one is not known. */
  members(node: Node): Value[] | undefined {
    const values = children(node).map((child) => this.value(child));
    return values.includes(undefined) ? undefined : (values as Value[]);
  }

  binary(operator: string, a: Known, b: Known): Known {
    if (typeof a === 'string' && typeof b === 'string' && operator === '+') return a + b;
    if (typeof a !== 'number' || typeof b !== 'number') return undefined;
    return ARITHMETIC[operator]?.(a, b);
  }

  /** One side can decide alone. */
  #logical(node: Node): Known {
    const isAnd = textOf(field(node, 'operator')!, this.text) === 'and';
    const left = this.#sub(field(node, 'left'));
    if (left !== undefined && truth(left) !== isAnd) return left;
    const right = this.#sub(field(node, 'right'));
    if (left !== undefined || right === undefined) return right;
    return truth(right) === isAnd ? undefined : !isAnd;
  }

  #comparison(node: Node): Known {
    // `not in` and `is not` are one operator of two tokens.
    const operators = node.children
      .filter((child): child is Node => child !== null && !child.isNamed)
      .map((child) => textOf(child, this.text).replace(/\s+/g, ' '));
    const words = operators
      .join(' ')
      .replace(/\b(not) (in)\b|\b(is) (not)\b/g, '$1$3_$2$4')
      .split(' ');
    const values = children(node).map((child, index) =>
      // What `in` looks into is read as it is written.
      index > 0 && /in$/.test(words[index - 1] ?? '') && /^(?:list|tuple|set)$/.test(child.type)
        ? this.members(child)
        : this.value(child),
    );
    let result: boolean | undefined = true;
    for (const [index, word] of words.entries()) {
      const [a, b] = [values[index], values[index + 1]];
      const holdsHere =
        a === undefined || b === undefined ? undefined : COMPARISONS[word.replace('_', ' ')]?.(a, b);
      if (holdsHere === false) return false;
      if (holdsHere === undefined) result = undefined;
    }
    return result;
  }

  /** A plain string, or an f-string of known values. */
  #string(node: Node): Known {
    const parts = children(node).map((child): Known => {
      if (child.type === 'string_content') return textOf(child, this.text);
      return child.type === 'interpolation' ? this.#sub(field(child, 'expression')) : '';
    });
    return parts.includes(undefined) ? undefined : parts.map(String).join('');
  }

  #call(node: Node): Known {
    const callee = field(node, 'function')!;
    const args = this.members(field(node, 'arguments')!);
    if (args === undefined) return undefined;
    if (callee.type === 'attribute') return this.#method(callee, args);
    const [first] = args;
    if (first === undefined) return undefined;
    switch (textOf(callee, this.text)) {
      case 'int':
        return Number.parseInt(String(first), 10);
      case 'str':
        return String(first);
      case 'min':
      case 'max': {
        const numbers = args.filter((value) => typeof value === 'number');
        if (numbers.length < args.length) return undefined;
        return textOf(callee, this.text) === 'min' ? Math.min(...numbers) : Math.max(...numbers);
      }
      default:
        return undefined;
    }
  }

  #method(callee: Node, args: readonly Value[]): Known {
    const object = this.#sub(field(callee, 'object'));
    return typeof object === 'string'
      ? methodOf(textOf(field(callee, 'attribute')!, this.text), object, args)
      : undefined;
  }
}

/** The value of an expression, or undefined where it cannot be told. */
export function pythonValue(node: Node, text: string, meaning: Meaning): Known {
  return new Expressions(text, meaning).value(node);
}
