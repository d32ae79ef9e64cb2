import { distance } from 'fastest-levenshtein';

/** A third of the word may be wrong, and two letters of a short one. */
const farthest = (word: string): number => Math.max(2, Math.floor(word.length / 3));

/** The candidates that a word was probably meant to be, the nearest first, three at most. */
export function nearest(word: string, candidates: readonly string[]): string[] {
  const lower = word.toLowerCase();
  return candidates
    .map((candidate) => ({ candidate, far: distance(lower, candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= farthest(candidate) || startsLike(lower, candidate.toLowerCase()))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** `v0.16` for `v0.16.0`. */
const startsLike = (word: string, candidate: string): boolean =>
  word.length >= 3 && (candidate.startsWith(word) || candidate.startsWith(`v${word}`));

/** `did you mean a, b?`, or undefined. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const near = nearest(word, candidates);
  return near.length === 0 ? undefined : `did you mean ${near.join(' or ')}?`;
}
