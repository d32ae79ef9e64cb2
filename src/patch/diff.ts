import { compact } from './diff-compact.js';
import { shortestEdits } from './diff-shortest.js';
import type { Span } from './span.js';

/** `a[aStart, aEnd)` became `b[bStart, bEnd)`; one of the two may be empty. */
export type Change = Span;

/** Items that stand in `a` more often than this say nothing about where they belong. */
const COMMON = 64;

/**
 * The changes that make `b` of `a`, in order, with at least one common item between any two. The method is
 * the histogram diff, as in git's own merge: what is rare in `a` is matched first, and what stands between is
 * compared again; then runs are slid to where git puts them.
 */
export function diff(a: readonly string[], b: readonly string[]): Change[] {
  const numbers = new Map<string, number>();
  const number = (item: string): number => {
    const known = numbers.get(item) ?? numbers.size;
    numbers.set(item, known);
    return known;
  };
  const left = a.map(number);
  const right = b.map(number);
  const removed = new Uint8Array(left.length);
  const added = new Uint8Array(right.length);
  const todo: Span[] = [{ aStart: 0, aEnd: left.length, bStart: 0, bEnd: right.length }];
  for (let span = todo.pop(); span; span = todo.pop()) {
    if (span.aStart === span.aEnd || span.bStart === span.bEnd) {
      removed.fill(1, span.aStart, span.aEnd);
      added.fill(1, span.bStart, span.bEnd);
      continue;
    }
    const found = rarest(left, right, span);
    if (found === 'crowded') {
      shortestEdits(left, right, span, removed, added);
    } else if (found === undefined) {
      removed.fill(1, span.aStart, span.aEnd);
      added.fill(1, span.bStart, span.bEnd);
    } else {
      todo.push(
        { ...span, aEnd: found.aStart, bEnd: found.bStart },
        { ...span, aStart: found.aEnd, bStart: found.bEnd },
      );
    }
  }
  compact(left, removed, added);
  compact(right, added, removed);
  return changesOf(removed, added);
}

/** The longest run common to both whose rarest item is rarest in `a`; `crowded` where all are too common. */
function rarest(a: readonly number[], b: readonly number[], span: Span): Span | 'crowded' | undefined {
  const places = new Map<number, number[]>();
  for (let i = span.aStart; i < span.aEnd; i += 1) {
    const list = places.get(a[i]!);
    if (list) list.push(i);
    else places.set(a[i]!, [i]);
  }
  const count = (item: number): number => places.get(item)!.length;
  let best: Span | undefined;
  let fewest = COMMON + 1;
  let common = false;
  for (let j = span.bStart; j < span.bEnd; ) {
    let next = j + 1;
    const list = places.get(b[j]!);
    if (list) common = true;
    if (!list || list.length > fewest) {
      j = next;
      continue;
    }
    let past = -1;
    for (const i of list) {
      if (i < past) continue;
      let [aStart, bStart, aEnd, bEnd] = [i, j, i + 1, j + 1];
      let rare = list.length;
      while (aStart > span.aStart && bStart > span.bStart && a[aStart - 1] === b[bStart - 1]) {
        aStart -= 1;
        bStart -= 1;
        if (rare > 1) rare = Math.min(rare, count(a[aStart]!));
      }
      while (aEnd < span.aEnd && bEnd < span.bEnd && a[aEnd] === b[bEnd]) {
        if (rare > 1) rare = Math.min(rare, count(a[aEnd]!));
        aEnd += 1;
        bEnd += 1;
      }
      next = Math.max(next, bEnd);
      past = aEnd;
      if (!best || best.aEnd - best.aStart < aEnd - aStart || rare < fewest) {
        best = { aStart, aEnd, bStart, bEnd };
        fewest = rare;
      }
    }
    j = next;
  }
  return best ?? (common ? 'crowded' : undefined);
}

function changesOf(removed: Uint8Array, added: Uint8Array): Change[] {
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  while (i < removed.length || j < added.length) {
    if (!removed[i] && !added[j]) {
      i += 1;
      j += 1;
      continue;
    }
    const [aStart, bStart] = [i, j];
    while (removed[i]) i += 1;
    while (added[j]) j += 1;
    changes.push({ aStart, aEnd: i, bStart, bEnd: j });
  }
  return changes;
}
