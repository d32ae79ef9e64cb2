import type { Node } from '../../../syntax/document.js';
import { children, field } from '../../../syntax/query.js';

/** One arm of a branch: its condition and body, and what follows where it does not hold. */
export interface Arm {
  readonly condition: Node | undefined;
  readonly body: Node | undefined;
  /** The arms after it; an `else` has no condition. */
  readonly next: Arm | undefined;
}

const isArm = ({ type }: Node): boolean => type === 'elif_clause' || type === 'else_clause';

/** The arms of an `if`, `elif` and `else` included. */
export function armsOf(node: Node): Arm {
  return [node, ...children(node).filter(isArm)].reduceRight<Arm | undefined>((next, at) => {
    if (at.type === 'else_clause') {
      const body = field(at, 'body') ?? children(at)[0];
      return { condition: undefined, body, next };
    }
    return { condition: field(at, 'condition'), body: field(at, 'consequence'), next };
  }, undefined)!;
}

const isBlock = ({ type }: Node): boolean => type === 'block' || type === 'compound_statement';

/** The statements of a block, blocks within it taken apart; one statement is its own block. */
export function statementsOf(body: Node | undefined): Node[] {
  if (!body) return [];
  return isBlock(body) ? children(body).flatMap(statementsOf) : [body];
}

/** True where nothing after the body is reached from it. */
export function leaves(body: Node | undefined): boolean {
  const last = statementsOf(body).at(-1);
  return last !== undefined && /^(?:return|raise|throw)_statement$/.test(last.type);
}
