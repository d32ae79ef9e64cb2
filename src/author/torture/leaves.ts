import type { Node } from '../../syntax/document.js';

/** Nodes whose inside is text and not code. */
const WHOLE = new Set([
  'string',
  'string_literal',
  'raw_string_literal',
  'char_literal',
  'system_lib_string',
  'comment',
  'preproc_arg',
]);

/** Parts of the preprocessor in which a line end has a meaning. */
const LINES = /^preproc_(?:def|function_def|call|include|params|directive|defined)$/;

export interface Leaf {
  readonly node: Node;
  readonly start: number;
  readonly end: number;
}

/** The tokens below a node, in source order; a string or a comment is one. */
export function leavesOf(node: Node): Leaf[] {
  const found: Leaf[] = [];
  const walk = (at: Node): void => {
    if (at.childCount === 0 || WHOLE.has(at.type)) {
      if (at.endIndex > at.startIndex) found.push({ node: at, start: at.startIndex, end: at.endIndex });
      return;
    }
    for (const child of at.children) if (child) walk(child);
  };
  walk(node);
  return found;
}

/** True where a node lies in a string, a comment or a directive, or is not understood. */
export function isFixed(node: Node): boolean {
  for (let at: Node | null = node; at; at = at.parent) {
    if (at.isError || at.isMissing || LINES.test(at.type)) return true;
    if (at.id !== node.id && WHOLE.has(at.type)) return true;
    const parent: Node | null = at.parent;
    if (parent && /^preproc_(?:if|elif)$/.test(parent.type)) {
      if (parent.childForFieldName('condition')?.id === at.id) return true;
    }
  }
  return node.hasError;
}
