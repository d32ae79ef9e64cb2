/**
 * Runs the straight-line part of a Python function for known inputs: integer assignments and `if`s. It gives the
 * values of the names at the end, or what it could not follow.
 */
import { descendants, field, type Node, textOf } from '../../../src/api.js';
import { type PythonLeaf, pythonValue } from '../_shared/python-condition.js';

/** Values by name; a name that was given something else has none. */
export type Names = Map<string, number | undefined>;

const body = (block: Node | undefined): Node[] =>
  (block?.namedChildren ?? []).filter((child): child is Node => child !== null && child.type !== 'comment');

export class Interpreter {
  constructor(
    readonly text: string,
    readonly names: Names,
    /** Calls and attributes, by meaning. */
    readonly leaf: (node: Node, value: (node: Node) => number | undefined) => number | undefined,
  ) {}

  value(node: Node): number | undefined {
    const read: PythonLeaf = (leaf, text) =>
      leaf.type === 'identifier'
        ? this.names.get(textOf(leaf, text))
        : this.leaf(leaf, (inner) => this.value(inner));
    if (node.type === 'true' || node.type === 'false') return Number(node.type === 'true');
    if (node.type === 'conditional_expression') {
      const [yes, condition, no] = body(node);
      const holds = this.value(condition!);
      return holds === undefined ? undefined : this.value(holds !== 0 ? yes! : no!);
    }
    return pythonValue(node, this.text, read);
  }

  run(block: Node | undefined): void {
    for (const statement of body(block)) {
      if (statement.type === 'if_statement') this.#branch(statement);
      else if (statement.type === 'expression_statement') this.#assign(statement);
      else this.#forget(statement);
    }
  }

  #assign(statement: Node): void {
    for (const assignment of descendants(statement, 'assignment')) {
      const [left, right] = [field(assignment, 'left'), field(assignment, 'right')];
      if (left?.type === 'identifier') this.names.set(textOf(left, this.text), right && this.value(right));
    }
  }

  #branch(statement: Node): void {
    const arms = [statement, ...body(statement).filter((child) => child.type === 'elif_clause')];
    for (const arm of arms) {
      const holds = this.value(field(arm, 'condition')!);
      if (holds === undefined) this.#forget(statement);
      else if (holds !== 0) this.run(field(arm, 'consequence'));
      else continue;
      return;
    }
    const otherwise = body(statement).find((child) => child.type === 'else_clause');
    this.run(field(otherwise, 'body'));
  }

  /** What an unread statement assigns is not known afterwards. */
  #forget(statement: Node): void {
    for (const assignment of descendants(statement, 'assignment')) {
      const left = field(assignment, 'left');
      if (left?.type === 'identifier') this.names.set(textOf(left, this.text), undefined);
    }
  }
}
