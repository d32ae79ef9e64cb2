import { Edit, type Parser, type Tree } from 'web-tree-sitter';

/** One stretch of a text that was replaced: [start, oldEnd) by [start, newEnd). */
export interface Stretch {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** What lies between the common beginning and the common end of two texts. */
export function stretchOf(before: string, after: string): Stretch {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let oldEnd = before.length;
  let newEnd = after.length;
  while (oldEnd > start && newEnd > start && before.charCodeAt(oldEnd - 1) === after.charCodeAt(newEnd - 1)) {
    oldEnd -= 1;
    newEnd -= 1;
  }
  return { start, oldEnd, newEnd };
}

function pointAt(text: string, index: number): { row: number; column: number } {
  let row = 0;
  let line = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) {
    row += 1;
    line = at + 1;
  }
  return { row, column: index - line };
}

function editFor(before: string, after: string): Edit {
  const { start, oldEnd, newEnd } = stretchOf(before, after);
  return new Edit({
    startIndex: start,
    oldEndIndex: oldEnd,
    newEndIndex: newEnd,
    startPosition: pointAt(before, start),
    oldEndPosition: pointAt(before, oldEnd),
    newEndPosition: pointAt(after, newEnd),
  });
}

/**
 * Parses a text by going on from the tree of a similar one. Undefined where one of them has an error: what a
 * parser makes of an error may depend on how it came there, and the same text must give the same tree.
 */
export function parseFrom(parser: Parser, old: Tree, before: string, after: string): Tree | undefined {
  if (old.rootNode.hasError) return undefined;
  const base = old.copy();
  base.edit(editFor(before, after));
  const tree = parser.parse(after, base);
  base.delete();
  if (tree?.rootNode.hasError === false) return tree;
  tree?.delete();
  return undefined;
}
