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

const TOKENS =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\\\r?\n|"(?:[^"\\\n]|\\.)*"|[A-Za-z_]\w*|0[xX][\da-fA-F]+\w*|\d[\w.]*|\S/g;

/** A whole number in decimal, whatever its notation; its suffix stays. */
function decimal(token: string): string {
  const [, digits, suffix] = /^(0[xX][\da-fA-F]+|\d+)([uUlL]*)$/.exec(token) ?? [];
  return digits === undefined ? token : `${Number(digits)}${suffix!.toLowerCase()}`;
}

/** The tokens of C++ text; comments, layout and the notation of numbers do not count. */
export function tokensOf(text: string): string[] {
  const words = text.match(TOKENS) ?? [];
  const code = words.filter((word) => !/^(?:\/\/|\/\*|\\\r?\n)/.test(word));
  return code.map((word) => (/^\d/.test(word) ? decimal(word) : word));
}
