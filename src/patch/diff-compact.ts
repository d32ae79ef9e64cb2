/**
 * Slides runs of changed items, which may stand in several places with the same meaning, to one place: down
 * as far as they go, joined with the runs that they meet on the way, or where a run of the other side stands.
 * It is where git puts them, and so decides what counts as touching in a merge.
 */
export function compact(items: readonly number[], marks: Uint8Array, others: Uint8Array): void {
  const facing = gapsWithRuns(others);
  /** How many unmarked items stand before `start`. */
  let kept = 0;
  let at = 0;
  for (;;) {
    while (at < marks.length && !marks[at]) {
      at += 1;
      kept += 1;
    }
    if (at >= marks.length) return;
    let start = at;
    let end = runEnd(marks, start);
    let aligned: number;
    let size: number;
    do {
      size = end - start;
      while (start > 0 && items[start - 1] === items[end - 1]) {
        marks[--end] = 0;
        marks[--start] = 1;
        kept -= 1;
        while (start > 0 && marks[start - 1]) start -= 1;
      }
      aligned = facing.has(kept) ? end : -1;
      while (end < items.length && items[start] === items[end]) {
        marks[start++] = 0;
        marks[end++] = 1;
        kept += 1;
        end = runEnd(marks, end);
        if (facing.has(kept)) aligned = end;
      }
    } while (end - start !== size);
    while (aligned >= 0 && end > aligned) {
      marks[--end] = 0;
      marks[--start] = 1;
      kept -= 1;
    }
    at = end;
  }
}

/** The gaps that hold a run: each by the number of unmarked items before it. */
function gapsWithRuns(marks: Uint8Array): ReadonlySet<number> {
  const gaps = new Set<number>();
  let kept = 0;
  for (const mark of marks) {
    if (mark) gaps.add(kept);
    else kept += 1;
  }
  return gaps;
}

function runEnd(marks: Uint8Array, from: number): number {
  let at = from;
  while (at < marks.length && marks[at]) at += 1;
  return at;
}
