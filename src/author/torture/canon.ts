import { readCMake } from '../../syntax/cmake.js';
import type { Node } from '../../syntax/document.js';
import { children, field, textOf } from '../../syntax/query.js';
import { HELPER, MIXIN, RENAMED } from './added.js';
import { broughtIn } from './canon/brought.js';
import { type Arm, armsOf, leaves, statementsOf } from './canon/flow.js';
import { branchOf, choiceOf, connected } from './canon/joined.js';
import { content, integer, MIRROR, NEGATED, WORDS } from './canon/words.js';
import type { Subject } from './mutation.js';

/** Tokens that only part others: the tree says what they part. */
const PUNCTUATION = new Set([...'()[]{},;:']);

type Names = ReadonlyMap<string, string>;

class Printer {
  /** What the names that stand for a value stand for, here. */
  readonly #bound = new Map<string, string>();

  constructor(
    readonly text: string,
    readonly names: Names,
  ) {}

  print(node: Node): string {
    if (node.type === 'comment') return '';
    if (node.type === 'parenthesized_expression' && node.namedChildCount >= 1) return this.#inside(node);
    const brought = this.#brought(node);
    if (brought !== undefined) return brought;
    switch (node.type) {
      case 'identifier':
      case 'field_identifier':
      case 'type_identifier':
        return this.#name(node);
      case 'integer':
      case 'number_literal':
      case 'preproc_arg':
        return integer(textOf(node, this.text).replace(/\s+/g, ' ').trim());
      case 'string':
      case 'string_literal':
      case 'char_literal':
        return content(textOf(node, this.text));
      case 'concatenated_string':
        return this.#joined(node);
      case 'aliased_import': {
        const [name, alias] = [field(node, 'name')!, field(node, 'alias')!].map((each) => this.print(each));
        return name === alias ? name! : `(${name} as ${alias})`;
      }
      case 'comparison_operator':
      case 'boolean_operator':
      case 'binary_expression':
        return this.#binary(node, false);
      case 'not_operator':
        return this.#negated(field(node, 'argument')!);
      case 'unary_expression':
        if (this.#isNot(node)) return this.#negated(field(node, 'argument')!);
        break;
      case 'argument_list':
        return this.#arguments(node);
      case 'module':
      case 'translation_unit':
      case 'declaration_list':
        return `(${node.type} ${this.#definitions(node).join(' ')})`;
      case 'compound_statement':
      case 'block': {
        const inner = this.#sequence(statementsOf(node));
        if (inner.length === 1) return inner[0]!;
        // Methods have no order.
        return `(block ${(node.parent?.type === 'class_definition' ? inner.sort() : inner).join(' ')})`;
      }
      case 'conditional_expression': {
        const parts = children(node).map((each) => this.print(each));
        const [yes, condition, no] = parts;
        // In C++ the condition comes first.
        if (parts.length === 3)
          return field(node, 'condition') ? choiceOf(yes!, condition!, no!) : choiceOf(condition!, yes!, no!);
        break;
      }
      case 'if_statement':
        return this.#if(armsOf(node), []);
    }
    if (node.childCount === 0) return textOf(node, this.text).replace(/\s+/g, ' ').trim();
    const parts = this.#children(node);
    if (parts.length === 0) return '';
    return parts.length === 1 && node.type !== 'expression_statement'
      ? `${parts[0]}`
      : `(${node.type} ${parts.join(' ')})`;
  }

  /** Nothing for what a mutation brought in; undefined for all else. */
  #brought(node: Node): string | undefined {
    const { type } = node;
    if (/^call/.test(type) && textOf(node, this.text) === `${HELPER}()`) return this.#bound.get(HELPER);
    const brought = broughtIn(node, this.text);
    if (brought === undefined) return undefined;
    if (brought !== 'idle') {
      const { name, value } = brought;
      // What its own names stand for comes first.
      const body = node.type === 'function_definition' ? field(node, 'body') : undefined;
      if (body) this.print(body);
      this.#bound.set(name, value ? this.print(value) : name);
    }
    return '';
  }

  #name(node: Node): string {
    const name = textOf(node, this.text);
    if (name === MIXIN) return '';
    return this.#bound.get(name) ?? this.names.get(name) ?? name.replaceAll(RENAMED, '');
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

  /** Functions that follow each other have no order, nor a block of the preprocessor that an edit put among them. */
  #definitions(node: Node): string[] {
    const done: string[] = [];
    let run: string[] = [];
    for (const child of children(node)) {
      const printed = this.print(child);
      if (printed === '') continue;
      if (child.type === 'function_definition' || /^preproc_(?:if|ifdef)$/.test(child.type))
        run.push(printed);
      else {
        done.push(...run.sort(), printed);
        run = [];
      }
    }
    return [...done, ...run.sort()];
  }

  #joined(node: Node): string {
    const parts = children(node).map((child) => this.print(child));
    return parts.every((part) => part.startsWith('“'))
      ? `“${parts.map((part) => part.slice(1, -1)).join('')}”`
      : parts.join(' ');
  }

  /** Statements one after the other; what follows an arm that leaves is the other arm. */
  #sequence(statements: readonly Node[]): string[] {
    const done: string[] = [];
    for (const [at, statement] of statements.entries()) {
      const arm = statement.type === 'if_statement' ? armsOf(statement) : undefined;
      if (arm && leaves(arm.body)) return [...done, this.#if(arm, statements.slice(at + 1))];
      const printed = this.print(statement);
      if (printed !== '') done.push(printed);
    }
    return done;
  }

  /** An `if`; `rest` is what follows it, where its body leaves. */
  #if({ condition, body, next }: Arm, rest: readonly Node[]): string {
    const block = (parts: readonly string[]): string =>
      parts.length === 1 ? parts[0]! : parts.length === 0 ? '' : `(block ${parts.join(' ')})`;
    const printed = condition ? this.print(condition) : '';
    const yes = block(this.#sequence(statementsOf(body)));
    if (!next?.condition)
      return branchOf(printed, yes, block(this.#sequence([...statementsOf(next?.body), ...rest])));
    const inner = this.#if(next, leaves(next.body) ? rest : []);
    return branchOf(printed, yes, block([inner, ...(leaves(next.body) ? [] : this.#sequence(rest))]));
  }

  #operands(node: Node): { operator: string; left: Node; right: Node } | undefined {
    const [left, right, ...more] = children(node);
    if (!left || !right || more.length > 0) return undefined;
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
      return connected(shown, side(left), side(right));
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

  #isNot(node: Node): boolean {
    return /^(?:!|not)$/.test(textOf(node.child(0)!, this.text));
  }

  #negated(node: Node): string {
    const [inner, ...more] = node.type === 'parenthesized_expression' ? children(node) : [];
    if (inner && more.length === 0) return this.#negated(inner);
    if (/^(?:comparison_operator|boolean_operator|binary_expression)$/.test(node.type))
      return this.#binary(node, true);
    const isNot = node.type === 'not_operator' || (node.type === 'unary_expression' && this.#isNot(node));
    return isNot ? this.print(field(node, 'argument')!) : `(! ${this.print(node)})`;
  }

  /** Keywords have no order. */
  #arguments(node: Node): string {
    const print = (isKeyword: boolean): string[] =>
      children(node)
        .filter(({ type }) => (type === 'keyword_argument') === isKeyword)
        .map((child) => this.print(child))
        .filter((text) => text !== '');
    const all = [...print(false), ...print(true).sort()];
    return all.length === 0 && node.parent?.type === 'class_definition' ? '' : `(args ${all.join(' ')})`;
  }
}

/**
 * A file's meaning, as far as spelling goes: equal for sources that differ in layout, comments, quotes,
 * parentheses, literals' notation, the direction of a comparison, the order of keywords or of functions, in
 * where a function returns, or in names that a value goes through. `names` gives the old name of a new one.
 */
export function canonical({ text, style, root }: Omit<Subject, 'path'>, names: Names = new Map()): string {
  if (style === 'cmake' || !root) {
    return readCMake(text)
      .commands.map(({ name, args }) => `${name}(${args.map(({ value }) => value).join(' ')})`)
      .join('\n')
      .replace(/^if\(FALSE\)\n[\s\S]*?^endif\(\)\n?/gm, '')
      .trimEnd();
  }
  return new Printer(text, names).print(root);
}
