import type { Node } from './document.js';
import { ancestors, textOf } from './query.js';

/** One `#if`-like condition that encloses a node, and whether the node is in its positive branch. */
export interface EnclosingCondition {
  /** Text of the condition with continuations and blanks folded, e.g. `defined(A) && B >= 1`. */
  readonly condition: string;
  /** False in an `#else` (or a later `#elif`) of that condition. */
  readonly positive: boolean;
}

function conditionOf(node: Node, text: string): string | undefined {
  if (node.type === 'preproc_ifdef') {
    const name = node.childForFieldName('name');
    if (!name) return undefined;
    const negated = /^#[ \t]*ifndef\b/.test(textOf(node, text));
    return `${negated ? '!' : ''}defined(${textOf(name, text)})`;
  }
  const condition = node.childForFieldName('condition');
  return condition
    ? textOf(condition, text)
        .replace(/\\\r?\n/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
    : undefined;
}

/** The preprocessor conditions that a node stands under, innermost first. */
export function enclosingConditions(node: Node, text: string): EnclosingCondition[] {
  const found: EnclosingCondition[] = [];
  let below: Node = node;
  for (const at of ancestors(node)) {
    if (at.type === 'preproc_if' || at.type === 'preproc_ifdef' || at.type === 'preproc_elif') {
      const condition = conditionOf(at, text);
      const inAlternative = at.childForFieldName('alternative')?.id === below.id;
      if (condition !== undefined) found.push({ condition, positive: !inAlternative });
    }
    below = at;
  }
  return found;
}
