import { Edit, type Parser, type Point, type Tree } from 'web-tree-sitter';
import { diff } from '../patch/diff.js';
import { lineOffsets, splitLines } from '../patch/lines.js';

/** One stretch of a text that was replaced: [start, oldEnd) of the one by [newStart, newEnd) of the other. */
export interface Stretch {
  readonly start: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** More lines than this between the first and the last change are one stretch. */
const LINES = 20_000;
/** With more than this part of a text changed, going on takes longer than beginning. */
const MOST = 0.3;

/** How many lines two texts begin with that are the same. */
function sameLines(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count += 1;
  return count;
}

/** The lines that differ, as stretches in order: what lies between changes that are far apart is not in them. */
export function stretchesOf(before: string, after: string): Stretch[] {
  const [a, b] = [splitLines(before), splitLines(after)];
  const first = sameLines(a, b);
  const last = sameLines(a.slice(first).reverse(), b.slice(first).reverse());
  const [old, now] = [a.slice(first, a.length - last), b.slice(first, b.length - last)];
  const whole = { aStart: 0, aEnd: old.length, bStart: 0, bEnd: now.length };
  if (old.length + now.length === 0) return [];
  const changes = old.length + now.length > LINES ? [whole] : diff(old, now);
  const [from, to] = [lineOffsets(a), lineOffsets(b)];
  return changes.map(({ aStart, aEnd, bStart, bEnd }) => ({
    start: from[first + aStart]!,
    oldEnd: from[first + aEnd]!,
    newStart: to[first + bStart]!,
    newEnd: to[first + bEnd]!,
  }));
}

/** Where a text ends that begins at a point. */
function endOf(text: string, { row, column }: Point): Point {
  const lines = text.split('\n');
  const end = lines.at(-1)!.length;
  return { row: row + lines.length - 1, column: lines.length === 1 ? column + end : end };
}

const ORIGIN: Point = { row: 0, column: 0 };

/** Tells a tree of `before` what changed: from the last stretch to the first, so that those still to come stand. */
function applyTo(tree: Tree, stretches: readonly Stretch[], before: string, after: string): void {
  for (const { start, oldEnd, newStart, newEnd } of stretches.toReversed()) {
    const startPosition = endOf(before.slice(0, start), ORIGIN);
    tree.edit(
      new Edit({
        startIndex: start,
        oldEndIndex: oldEnd,
        newEndIndex: start + newEnd - newStart,
        startPosition,
        oldEndPosition: endOf(before.slice(start, oldEnd), startPosition),
        newEndPosition: endOf(after.slice(newStart, newEnd), startPosition),
      }),
    );
  }
}

/**
 * Parses a text by going on from the tree of a similar one. Undefined where one of them has an error: what a
 * parser makes of an error may depend on how it came there, and the same text must give the same tree.
 */
export function parseFrom(parser: Parser, old: Tree, before: string, after: string): Tree | undefined {
  if (old.rootNode.hasError) return undefined;
  const stretches = stretchesOf(before, after);
  const changed = stretches.reduce((sum, { newStart, newEnd }) => sum + newEnd - newStart, 0);
  if (changed > MOST * after.length) return undefined;
  const base = old.copy();
  applyTo(base, stretches, before, after);
  const tree = parser.parse(after, base);
  base.delete();
  if (tree?.rootNode.hasError === false) return tree;
  tree?.delete();
  return undefined;
}
