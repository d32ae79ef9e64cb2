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

/** The stretch from the first change to the last, in whole lines. */
function whole(before: string, after: string): Stretch {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  start = start === 0 ? 0 : before.lastIndexOf('\n', start - 1) + 1;
  let last = 0;
  const most = shorter - start;
  while (
    last < most &&
    before.charCodeAt(before.length - 1 - last) === after.charCodeAt(after.length - 1 - last)
  )
    last += 1;
  // Up to the end of a line in both.
  const line = last === 0 ? -1 : before.indexOf('\n', before.length - last);
  const rest = line < 0 ? 0 : before.length - line - 1;
  return { start, oldEnd: before.length - rest, newStart: start, newEnd: after.length - rest };
}

/** The lines that differ, as stretches in order: what lies between changes that are far apart is not in them. */
export function stretchesOf(before: string, after: string): Stretch[] {
  if (before === after) return [];
  const all = whole(before, after);
  const old = splitLines(before.slice(all.start, all.oldEnd));
  const now = splitLines(after.slice(all.start, all.newEnd));
  if (old.length + now.length > LINES) return [all];
  const [from, to] = [lineOffsets(old), lineOffsets(now)];
  return diff(old, now).map(({ aStart, aEnd, bStart, bEnd }) => ({
    start: all.start + from[aStart]!,
    oldEnd: all.start + from[aEnd]!,
    newStart: all.start + to[bStart]!,
    newEnd: all.start + to[bEnd]!,
  }));
}

/** Where a stretch of a text ends that begins at a point. */
function endOf(text: string, start: number, end: number, { row, column }: Point): Point {
  let rows = 0;
  let line = -1;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) {
    rows += 1;
    line = at + 1;
  }
  return { row: row + rows, column: rows === 0 ? column + end - start : end - line };
}

const ORIGIN: Point = { row: 0, column: 0 };

/** Tells a tree of `before` what changed: from the last stretch to the first, so that those still to come stand. */
function applyTo(tree: Tree, stretches: readonly Stretch[], before: string, after: string): void {
  for (const { start, oldEnd, newStart, newEnd } of stretches.toReversed()) {
    const startPosition = endOf(before, 0, start, ORIGIN);
    tree.edit(
      new Edit({
        startIndex: start,
        oldEndIndex: oldEnd,
        newEndIndex: start + newEnd - newStart,
        startPosition,
        oldEndPosition: endOf(before, start, oldEnd, startPosition),
        newEndPosition: endOf(after, newStart, newEnd, startPosition),
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
