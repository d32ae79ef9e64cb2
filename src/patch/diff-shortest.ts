import type { Span } from './span.js';

/** More edits than this are not looked for: the span counts as replaced as a whole. */
const FAR = 2_000;

/**
 * Marks what a shortest edit script removes and adds in a span (the greedy method of Myers). Used where no
 * item is rare enough to tell where it belongs.
 */
export function shortestEdits(
  a: readonly number[],
  b: readonly number[],
  span: Span,
  removed: Uint8Array,
  added: Uint8Array,
): void {
  let { aStart, aEnd, bStart, bEnd } = span;
  while (aStart < aEnd && bStart < bEnd && a[aStart] === b[bStart]) {
    aStart += 1;
    bStart += 1;
  }
  while (aStart < aEnd && bStart < bEnd && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd -= 1;
    bEnd -= 1;
  }
  const [n, m] = [aEnd - aStart, bEnd - bStart];
  const middle = n + m + 1;
  let reach = new Int32Array(2 * middle + 1);
  const trail: Int32Array[] = [];
  const end = (): number | undefined => {
    for (let d = 0; d <= FAR; d += 1) {
      trail.push(reach);
      reach = reach.slice();
      for (let k = -d; k <= d; k += 2) {
        const down = k === -d || (k !== d && reach[middle + k - 1]! < reach[middle + k + 1]!);
        let x = down ? reach[middle + k + 1]! : reach[middle + k - 1]! + 1;
        while (x < n && x - k < m && a[aStart + x] === b[bStart + x - k]) x += 1;
        reach[middle + k] = x;
        if (x >= n && x - k >= m) return d;
      }
    }
    return undefined;
  };
  const distance = end();
  if (distance === undefined) {
    removed.fill(1, aStart, aEnd);
    added.fill(1, bStart, bEnd);
    return;
  }
  let [x, y] = [n, m];
  for (let d = distance; d > 0; d -= 1) {
    const before = trail[d]!;
    const k = x - y;
    const down = k === -d || (k !== d && before[middle + k - 1]! < before[middle + k + 1]!);
    const from = down ? before[middle + k + 1]! : before[middle + k - 1]!;
    const row = from - (down ? k + 1 : k - 1);
    if (down) added[bStart + row] = 1;
    else removed[aStart + from] = 1;
    [x, y] = [from, row];
  }
}
