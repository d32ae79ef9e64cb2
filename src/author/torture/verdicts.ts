import type { Outcome } from '../../codemod/types.js';

/**
 * What became of a mutant:
 * - `right`: the fix made the edit that it makes without the mutation
 * - `left`: nothing was to be done, and nothing was; or what somebody spoiled was met with `drifted`
 * - `drifted`: the fix says that it does not know this
 * - `silent`: something was to be done, and the fix says that nothing is
 * - `wrong`: an edit that is not the one, or of what was right
 */
export const RESULTS = ['right', 'left', 'drifted', 'silent', 'wrong'] as const;
export type Result = (typeof RESULTS)[number];

export type Judged = Pick<Outcome, 'verdict' | 'reason' | 'edits'>;

const DONE = new Set(['applied', 'upstreamed']);
const NOTHING = new Set([...DONE, 'not-applicable']);

/** Where the verdicts decide alone; undefined where both are `needed`, and the edits have to be compared. */
export function ofVerdicts(base: Judged, now: Judged): { result: Result; why: string } | undefined {
  const why = `${base.verdict} became ${now.verdict}: ${now.reason}`;
  const declined = (verdict: string): boolean => !NOTHING.has(verdict) && verdict !== 'needed';
  if (declined(now.verdict)) return { result: declined(base.verdict) ? 'left' : 'drifted', why };
  if (base.verdict === 'needed') return now.verdict === 'needed' ? undefined : { result: 'silent', why };
  if (now.verdict === 'needed') return { result: 'wrong', why };
  // Right, and not there at all, are two things.
  const same = base.verdict === now.verdict || (DONE.has(base.verdict) && DONE.has(now.verdict));
  return same ? { result: 'left', why } : { result: 'silent', why };
}
