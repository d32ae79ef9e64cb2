import type { Node } from '../../syntax/document.js';
import { children, descendants, field, textOf } from '../../syntax/query.js';
import { holds, type Known } from '../value.js';
import { Expressions, type Meaning } from './expression.js';

/** The code uses something that a strict run does not know: the caller must not guess. */
export class NotUnderstood extends Error {}

/** How a block ends: at its last statement, by a return, by an exception, or nobody knows. */
export type End =
  | { readonly kind: 'end' | 'raised' | 'unknown' }
  | { readonly kind: 'returned'; readonly value: Known };

/** What can be given a value: `x`, and `self.x` by its spelling. */
const isName = ({ type }: Node): boolean => type === 'identifier' || type === 'attribute';

const END: End = { kind: 'end' };
const UNKNOWN: End = { kind: 'unknown' };

/**
 * Runs plain Python statements for known inputs: assignments, conditions, returns, and what the caller says that
 * names and calls mean. What it cannot follow it forgets: names assigned there are not known afterwards. A strict
 * run throws NotUnderstood instead.
 */
export class PythonRun {
  readonly #expressions: Expressions;

  constructor(
    readonly text: string,
    meaning: Meaning,
    /** Values by name; a name that was given something else has none. */
    readonly names: Map<string, Known> = new Map(),
    readonly strict = false,
  ) {
    const named: Meaning = (node, own, value) =>
      isName(node) && names.has(textOf(node, own)) ? names.get(textOf(node, own)) : meaning(node, own, value);
    this.#expressions = new Expressions(text, named, (node) => this.#lost(node));
  }

  value(node: Node): Known {
    return this.#expressions.value(node);
  }

  /** What a function's body returns; null where it returns nothing. */
  result(body: Node | undefined): Known {
    const end = this.run(body);
    if (end.kind === 'end') return null;
    return end.kind === 'returned' ? end.value : undefined;
  }

  /** Runs a block, or statements one after the other. */
  run(block: Node | readonly Node[] | undefined): End {
    for (const statement of Array.isArray(block) ? block : children(block as Node | undefined)) {
      const end = this.#statement(statement);
      if (end.kind !== 'end') return end;
    }
    return END;
  }

  #lost(node: Node): void {
    if (this.strict) throw new NotUnderstood(textOf(node, this.text).split('\n')[0]);
  }

  #statement(node: Node): End {
    switch (node.type) {
      case 'import_statement':
      case 'import_from_statement':
      case 'pass_statement':
        return END;
      case 'function_definition':
      case 'class_definition':
      case 'decorated_definition': {
        // Nothing of it is run here.
        const name = field(field(node, 'definition') ?? node, 'name')!;
        this.names.delete(textOf(name, this.text));
        return END;
      }
      case 'expression_statement':
        for (const inner of children(node)) this.#expression(inner);
        return END;
      case 'if_statement':
        return this.#branch(node);
      case 'try_statement':
        return this.#try(node);
      case 'return_statement': {
        const [value] = children(node);
        return { kind: 'returned', value: value ? this.value(value) : null };
      }
      case 'raise_statement':
        return { kind: 'raised' };
      default:
        return this.#forget(node);
    }
  }

  #expression(node: Node): void {
    if (node.type === 'assignment') {
      const right = field(node, 'right');
      if (right?.type === 'assignment') this.#expression(right);
      const value =
        right?.type === 'assignment' ? this.value(field(right, 'left')!) : right && this.value(right);
      this.#assign(field(node, 'left')!, value);
    } else if (node.type === 'augmented_assignment') {
      const [left, right] = [field(node, 'left')!, field(node, 'right')!];
      const operator = textOf(field(node, 'operator')!, this.text).slice(0, -1);
      this.#assign(left, this.#expressions.binary(operator, this.value(left), this.value(right)));
    } else if (node.type !== 'string') this.value(node);
  }

  #assign(target: Node, value: Known): void {
    if (isName(target)) this.names.set(textOf(target, this.text), value);
    else if (/^(?:pattern_list|tuple_pattern)$/.test(target.type)) {
      const members = Array.isArray(value) ? value : [];
      const targets = children(target);
      if (targets.length !== members.length) this.#lost(target);
      for (const [index, each] of targets.entries()) {
        this.#assign(each, targets.length === members.length ? members[index] : undefined);
      }
    } else this.#lost(target);
  }

  #branch(node: Node): End {
    const arms = [node, ...children(node).filter(({ type }) => type === 'elif_clause')];
    for (const arm of arms) {
      const taken = holds(this.value(field(arm, 'condition')!));
      if (taken === undefined) return this.#forget(node);
      if (taken) return this.run(field(arm, 'consequence'));
    }
    const otherwise = children(node).find(({ type }) => type === 'else_clause');
    return this.run(field(otherwise, 'body'));
  }

  /** A strict run knows all that it meets, so that nothing but a `raise` leaves the body. */
  #try(node: Node): End {
    const parts = children(node);
    if (!this.strict || parts.some(({ type }) => type === 'finally_clause')) return this.#forget(node);
    const end = this.run(field(node, 'body'));
    if (end.kind === 'raised') return this.#forget(node);
    const otherwise = parts.find(({ type }) => type === 'else_clause');
    return end.kind === 'end' && otherwise ? this.run(field(otherwise, 'body')) : end;
  }

  /** What an unread statement assigns is not known afterwards, nor is whether the run comes out of it. */
  #forget(node: Node): End {
    this.#lost(node);
    for (const assignment of descendants(node, 'assignment', 'augmented_assignment')) {
      const left = field(assignment, 'left');
      const names = !left || isName(left) ? [left] : descendants(left, 'identifier', 'attribute');
      for (const name of names) if (name) this.names.set(textOf(name, this.text), undefined);
    }
    return descendants(node, 'return_statement', 'raise_statement').length > 0 ? UNKNOWN : END;
  }
}
