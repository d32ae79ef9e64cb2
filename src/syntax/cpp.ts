import type { Node } from './document.js';
import { children, field, textOf } from './query.js';

/** The last name of a qualified, perhaps templated name: `f` for `ns::f<4>` and `object->f`. */
export function baseName(node: Node, text: string): string {
  return textOf(node, text)
    .replace(/<[\s\S]*$/, '')
    .split(/::|\.|->/)
    .at(-1)!
    .trim();
}

/** The last name of what a call calls. */
export function calledName(call: Node, text: string): string {
  const callee = field(call, 'function');
  return callee ? baseName(callee, text) : '';
}

/** The arguments of a call. */
export function argumentsOf(call: Node): Node[] {
  return children(field(call, 'arguments'));
}

/** The operator of a unary, binary or assignment expression. */
export function operatorOf(node: Node, text: string): string {
  const operator = field(node, 'operator');
  return operator ? textOf(operator, text) : '';
}
