import { readCMake } from '../../syntax/cmake.js';
import type { Node } from '../../syntax/document.js';
import { textOf } from '../../syntax/query.js';
import type { Subject } from './mutation.js';
import { RENAMED } from './mutations/names.js';
import { NOISE_NAME } from './mutations/noise.js';
import { LOCAL } from './mutations/structure.js';

/** Tokens that only part others: the tree says what they part. */
const PUNCTUATION = new Set([...'()[]{},;:']);
const MIRROR: Readonly<Record<string, string>> = { '>': '<', '>=': '<=' };
const NEGATED: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
  in: 'not in',
  'not in': 'in',
  is: 'is not',
  'is not': 'is',
};
const WORDS: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!' };

type Names = ReadonlyMap<string, string>;

function integer(text: string): string {
  const plain = text.replace(/['_]|[uUlL]+$/g, '');
  if (!/^(?:0[xX][\da-fA-F]+|0[bB][01]+|\d+)$/.test(plain)) return text;
  return String(Number(/^0\d/.test(plain) ? `0o${plain.slice(1)}` : plain));
}

/** The content of a string, whatever its quotes; prefixes that change its meaning stay. */
function content(text: string): string {
  const match = /^([a-zA-Z]*)("""|'''|"|')([\s\S]*)\2$/.exec(text);
  if (!match) return text;
  const body = match[3]!.replace(/\\(['"])/g, '$1');
  return `${match[1]!.toLowerCase().replace('u', '')}“${body}”`;
}

class Printer {
  /** What the local of a mutation stands for. */
  #bound = LOCAL;

  constructor(
    readonly text: string,
    readonly names: Names,
  ) {}

  print(node: Node): string {
    if (node.type === 'comment') return '';
    if (node.type === 'parenthesized_expression' && node.namedChildCount >= 1) return this.#inside(node);
    switch (node.type) {
      case 'identifier':
      case 'field_identifier':
      case 'type_identifier': {
        const name = textOf(node, this.text);
        if (name === LOCAL) return this.#bound;
        return this.names.get(name) ?? name.replace(RENAMED, '');
      }
      case 'integer':
      case 'number_literal':
        return integer(textOf(node, this.text));
      case 'string':
      case 'string_literal':
      case 'char_literal':
        return content(textOf(node, this.text));
      case 'concatenated_string':
        return this.#joined(node);
      case 'comparison_operator':
      case 'boolean_operator':
      case 'binary_expression':
        return this.#binary(node, false);
      case 'not_operator':
        return this.#negated(node.childForFieldName('argument')!);
      case 'unary_expression':
        if (/^(?:!|not)$/.test(textOf(node.child(0)!, this.text))) {
          return this.#negated(node.childForFieldName('argument')!);
        }
        break;
      case 'assignment':
        if (textOf(node, this.text).startsWith(NOISE_NAME)) return '';
        if (textOf(node, this.text).startsWith(LOCAL)) return this.#bind(node.childForFieldName('right'));
        break;
      case 'declaration': {
        const declared = node.childForFieldName('declarator');
        if (declared && textOf(declared, this.text).startsWith(LOCAL)) {
          return this.#bind(declared.childForFieldName('value'));
        }
        break;
      }
      case 'argument_list':
        return this.#arguments(node);
      case 'elif_clause':
        // The rest of the chain belongs to it; see `if_statement`.
        break;
      case 'compound_statement':
      case 'block': {
        const inner = this.#children(node);
        if (inner.length === 1) return inner[0]!;
        // Methods have no order.
        if (node.parent?.type === 'class_definition') return `(block ${inner.sort().join(' ')})`;
        break;
      }
      case 'if_statement':
        return this.#if(
          node,
          node.children.filter(
            (child): child is Node => child?.type === 'elif_clause' || child?.type === 'else_clause',
          ),
        );
    }
    if (node.childCount === 0) return textOf(node, this.text).replace(/\s+/g, ' ').trim();
    const children = this.#children(node);
    if (children.length === 0) return '';
    return children.length === 1 && node.type !== 'expression_statement'
      ? `${children[0]}`
      : `(${node.type} ${children.join(' ')})`;
  }

  #bind(value: Node | null): string {
    this.#bound = value ? this.print(value) : LOCAL;
    return '';
  }

  #children(node: Node): string[] {
    return node.children
      .filter((child): child is Node => child !== null && !(PUNCTUATION.has(child.type) && !child.isNamed))
      .map((child) => this.print(child))
      .filter((text) => text !== '');
  }

  #inside(node: Node): string {
    return this.#children(node).join(' ');
  }

  #joined(node: Node): string {
    const parts = node.namedChildren
      .map((child) => (child ? this.print(child) : ''))
      .filter((part) => part !== '');
    return parts.every((part) => part.startsWith('“'))
      ? `“${parts.map((part) => part.slice(1, -1)).join('')}”`
      : parts.join(' ');
  }

  /** An `if` with its clauses, `elif` read as an `if` in an `else`. */
  #if(node: Node, clauses: readonly Node[]): string {
    const condition = node.childForFieldName('condition');
    const body = node.childForFieldName('consequence');
    const head = `(if ${condition ? this.print(condition) : ''} ${body ? this.print(body) : ''}`;
    const [next, ...rest] = clauses;
    if (!next) return `${head})`;
    if (next.type === 'elif_clause') return `${head} ${this.#if(next, rest)})`;
    const body2 =
      next.childForFieldName('body') ?? next.namedChildren.find((child) => child?.type !== 'comment');
    return `${head} ${body2 ? this.print(body2) : ''})`;
  }

  #operands(node: Node): { operator: string; left: Node; right: Node } | undefined {
    const named = node.namedChildren.filter(
      (child): child is Node => child !== null && child.type !== 'comment',
    );
    if (named.length !== 2) return undefined;
    const [left, right] = named as [Node, Node];
    const between = this.text.slice(left.endIndex, right.startIndex);
    const operator = between.replace(/#[^\n]*|\/\*[\s\S]*?\*\/|\/\/[^\n]*|[\s()\\]+/g, ' ').trim();
    return { operator: WORDS[operator] ?? operator, left, right };
  }

  #binary(node: Node, negated: boolean): string {
    const found = this.#operands(node);
    if (!found) return `(${negated ? 'not ' : ''}${this.#children(node).join(' ')})`;
    const { left, right } = found;
    let { operator } = found;
    if (operator === '&&' || operator === '||') {
      const shown = negated ? (operator === '&&' ? '||' : '&&') : operator;
      const side = (child: Node): string => (negated ? this.#negated(child) : this.print(child));
      return `(${shown} ${side(left)} ${side(right)})`;
    }
    if (negated) {
      const other = NEGATED[operator];
      if (other === undefined) return `(! ${this.#binary(node, false)})`;
      operator = other;
    }
    const sides = [this.print(left), this.print(right)];
    if (MIRROR[operator]) {
      operator = MIRROR[operator]!;
      sides.reverse();
    } else if (operator === '==' || operator === '!=') sides.sort();
    return `(${operator} ${sides.join(' ')})`;
  }

  #negated(node: Node): string {
    if (node.type === 'parenthesized_expression') {
      const inner = node.namedChildren.filter((child) => child && child.type !== 'comment');
      if (inner.length === 1) return this.#negated(inner[0]!);
    }
    if (/^(?:comparison_operator|boolean_operator|binary_expression)$/.test(node.type))
      return this.#binary(node, true);
    const isNot =
      node.type === 'not_operator' ||
      (node.type === 'unary_expression' && /^(?:!|not)$/.test(textOf(node.child(0)!, this.text)));
    return isNot ? this.print(node.childForFieldName('argument')!) : `(! ${this.print(node)})`;
  }

  /** Keywords have no order. */
  #arguments(node: Node): string {
    const named = node.namedChildren.filter(
      (child): child is Node => child !== null && child.type !== 'comment',
    );
    const positional = named
      .filter(({ type }) => type !== 'keyword_argument')
      .map((child) => this.print(child));
    const keywords = named
      .filter(({ type }) => type === 'keyword_argument')
      .map((child) => this.print(child));
    return `(args ${[...positional, ...keywords.sort()].join(' ')})`;
  }
}

/**
 * A file's meaning, as far as spelling goes: equal for sources that differ in layout, comments, quotes,
 * parentheses, literals' notation, the direction of a comparison or the order of keywords. `names` gives the
 * old name of a new one.
 */
export function canonical({ text, style, root }: Omit<Subject, 'path'>, names: Names = new Map()): string {
  if (style === 'cmake' || !root) {
    return readCMake(text)
      .commands.map(({ name, args }) => `${name}(${args.map(({ value }) => value).join(' ')})`)
      .join('\n');
  }
  return new Printer(text, names).print(root);
}
