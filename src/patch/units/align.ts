import { diff } from '../diff.js';
import type { Shape } from './shape.js';

/** For each of `a`, the index in `b` of what it is there, in the same order; -1 where there is none. */
export function align(a: readonly Shape[], b: readonly Shape[]): number[] {
  const pairs = new Array<number>(a.length).fill(-1);
  const keys = (shapes: readonly Shape[]): string[] => shapes.map(({ key }) => key);
  let [i, j] = [0, 0];
  for (const { aStart, aEnd, bStart, bEnd } of diff(keys(a), keys(b))) {
    while (i < aStart) pairs[i++] = j++;
    pairSpan(a.slice(aStart, aEnd), b.slice(bStart, bEnd)).forEach((to, at) => {
      if (to >= 0) pairs[aStart + at] = bStart + to;
    });
    [i, j] = [aEnd, bEnd];
  }
  while (i < a.length) pairs[i++] = j++;
  return pairs;
}

/** A pair must be at least so alike, from 0 to 1, to count as one thing that has changed. */
const ALIKE = 0.5;
/** Larger spans are only paired by name. */
const MANY = 4_000;

/** Pairs in order, the sum of whose likeness is largest. */
function pairSpan(a: readonly Shape[], b: readonly Shape[]): number[] {
  const pairs = new Array<number>(a.length).fill(-1);
  if (a.length === 0 || b.length === 0) return pairs;
  const only = a.length === 1 && b.length === 1;
  const weigh = a.length * b.length <= MANY;
  const likeness = a.map((x) =>
    b.map((y) => (only ? Number(x.type === y.type && x.name === y.name) : alike(x, y, weigh))),
  );
  const best = Array.from({ length: a.length + 1 }, () => new Float64Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const like = likeness[i]![j]!;
      const paired = like >= ALIKE ? like + best[i + 1]![j + 1]! : 0;
      best[i]![j] = Math.max(paired, best[i + 1]![j]!, best[i]![j + 1]!);
    }
  }
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const like = likeness[i]![j]!;
    if (like >= ALIKE && best[i]![j] === like + best[i + 1]![j + 1]!) pairs[i++] = j++;
    else if (best[i]![j] === best[i + 1]![j]) i += 1;
    else j += 1;
  }
  return pairs;
}

/** How alike two nodes of one type are: by name where they have one, else by the tokens that they share. */
function alike(a: Shape, b: Shape, weigh: boolean): number {
  if (a.type !== b.type) return 0;
  if (a.name !== undefined || b.name !== undefined) return a.name === b.name ? 1 : 0;
  if (!weigh || a.children.length === 0 || b.children.length === 0) return 0;
  const counts = new Map<string, number>();
  const [mine, yours] = [tokens(a), tokens(b)];
  for (const { key } of mine) counts.set(key, (counts.get(key) ?? 0) + 1);
  let shared = 0;
  for (const { key } of yours) {
    const left = counts.get(key) ?? 0;
    if (left > 0) {
      counts.set(key, left - 1);
      shared += 1;
    }
  }
  return (2 * shared) / (mine.length + yours.length);
}

/** The leaves of a tree, in order. */
export function tokens(shape: Shape): Shape[] {
  return shape.children.length === 0 ? [shape] : shape.children.flatMap(tokens);
}
