import { type Change, diff } from './diff.js';

/**
 * One place where a side differs from the base: `base[baseStart, baseEnd)` stands for `ours[oursStart, oursEnd)`
 * and `theirs[theirsStart, theirsEnd)`.
 */
export interface Cluster {
  readonly baseStart: number;
  readonly baseEnd: number;
  readonly oursStart: number;
  readonly oursEnd: number;
  readonly theirsStart: number;
  readonly theirsEnd: number;
  /** Who changed it; `same` where both made the same change, `conflict` where they made different ones. */
  readonly kind: 'ours' | 'theirs' | 'same' | 'conflict';
}

/**
 * The places where `ours` or `theirs` differ from `base`, in order. As in git, changes that touch, with no
 * line between them that all three have, are one place: which comes first would be a guess.
 */
export function clusters(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): Cluster[] {
  const mine = diff(base, ours);
  const yours = diff(base, theirs);
  const found: Cluster[] = [];
  let [i, j] = [0, 0];
  // How far a side's line numbers are ahead of the base's, before the next change.
  let [ahead, aheadTheirs] = [0, 0];
  while (i < mine.length || j < yours.length) {
    const [a, b] = [mine[i], yours[j]];
    const first = !b || (a && a.aStart <= b.aStart) ? a! : b;
    const start = first.aStart;
    let end = first.aEnd;
    const [fromOurs, fromTheirs] = [i, j];
    if (first === a) i += 1;
    else j += 1;
    for (;;) {
      if (mine[i] && mine[i]!.aStart <= end) end = Math.max(end, mine[i++]!.aEnd);
      else if (yours[j] && yours[j]!.aStart <= end) end = Math.max(end, yours[j++]!.aEnd);
      else break;
    }
    const [oursStart, theirsStart] = [start + ahead, start + aheadTheirs];
    ahead += growth(mine, fromOurs, i);
    aheadTheirs += growth(yours, fromTheirs, j);
    const place = {
      baseStart: start,
      baseEnd: end,
      oursStart,
      oursEnd: end + ahead,
      theirsStart,
      theirsEnd: end + aheadTheirs,
    };
    const only = i === fromOurs ? 'theirs' : j === fromTheirs ? 'ours' : undefined;
    found.push({ ...place, kind: only ?? (sameLines(ours, theirs, place) ? 'same' : 'conflict') });
  }
  return found;
}

function growth(changes: readonly Change[], from: number, to: number): number {
  let sum = 0;
  for (const { aStart, aEnd, bStart, bEnd } of changes.slice(from, to))
    sum += bEnd - bStart - (aEnd - aStart);
  return sum;
}

function sameLines(ours: readonly string[], theirs: readonly string[], at: Omit<Cluster, 'kind'>): boolean {
  const count = at.oursEnd - at.oursStart;
  if (count !== at.theirsEnd - at.theirsStart) return false;
  for (let i = 0; i < count; i += 1) {
    if (ours[at.oursStart + i] !== theirs[at.theirsStart + i]) return false;
  }
  return true;
}

/** `ours` with the clusters of some kind taken from `theirs`, as lines. */
export function taking(
  ours: readonly string[],
  theirs: readonly string[],
  found: readonly Cluster[],
  take: (cluster: Cluster) => boolean = ({ kind }) => kind === 'theirs',
): string[] {
  const merged: string[] = [];
  let at = 0;
  for (const cluster of found) {
    if (!take(cluster)) continue;
    merged.push(
      ...ours.slice(at, cluster.oursStart),
      ...theirs.slice(cluster.theirsStart, cluster.theirsEnd),
    );
    at = cluster.oursEnd;
  }
  merged.push(...ours.slice(at));
  return merged;
}
