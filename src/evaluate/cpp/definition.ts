/** What a name of C++ stands for where the code says it once. */

import type { Node } from '../../syntax/document.js';
import { ancestors, children, descendants, field, textOf } from '../../syntax/query.js';

/** The declarator that gives a name its value where `at` stands: the nearest one above it, scope by scope. */
export function declarationOf(name: string, at: Node, text: string): Node | undefined {
  let below = at;
  for (const scope of ancestors(at)) {
    for (const sibling of scope.namedChildren) {
      if (!sibling || sibling.startIndex >= below.startIndex) break;
      if (sibling.type !== 'declaration') continue;
      const found = children(sibling).find((child) => {
        const declared = field(child, 'declarator');
        return declared?.type === 'identifier' && textOf(declared, text) === name;
      });
      if (found) return found;
    }
    below = scope;
  }
  return undefined;
}

/** The text of a macro without arguments that a file defines once, and does not take back. */
export function macroOf(name: string, at: Node, text: string): string | undefined {
  const named = (node: Node): boolean => textOf(field(node, 'name') ?? node, text) === name;
  const [only, ...more] = descendants(at.tree.rootNode, 'preproc_def').filter(named);
  const value = only && more.length === 0 ? field(only, 'value') : undefined;
  return value && !new RegExp(`#[ \\t]*undef[ \\t]+${name}\\b`).test(text)
    ? textOf(value, text).trim()
    : undefined;
}

/** True where a declaration cannot be given another value. */
const isConstant = (declarator: Node, text: string): boolean =>
  /^(?:static\s+|inline\s+)*(?:const|constexpr)\b/.test(textOf(declarator.parent!, text));

/**
 * The expression that a constant, or a call with nothing of a lambda that only returns, stands for. Undefined
 * for all else.
 */
export function constantOf(node: Node, text: string): Node | undefined {
  const isCall = node.type === 'call_expression';
  const name = isCall ? field(node, 'function') : node;
  if (name?.type !== 'identifier') return undefined;
  const declarator = declarationOf(textOf(name, text), node, text);
  const value = declarator && isConstant(declarator, text) ? field(declarator, 'value') : undefined;
  if (!isCall)
    return value && /^(?:argument_list|initializer_list|lambda_expression)$/.test(value.type)
      ? undefined
      : value;
  if (value?.type !== 'lambda_expression' || children(field(node, 'arguments')).length > 0) return undefined;
  const [only, ...more] = children(field(value, 'body'));
  return only?.type === 'return_statement' && more.length === 0 ? children(only)[0] : undefined;
}
