import type { Outcome } from '../codemod/types.js';
import { BLOCKING } from '../codemod/verdict.js';
import type { FixReview, Review } from '../judge/review.js';

/**
 * What moving a pin does to one fix:
 * - `drifted`: it is drifted, conflicting or refused there, and was not here
 * - `newly-needed`: it edits there, and did not here
 * - `superfluous`: it edits here, and need not there
 * - `edit-changed`: it edits in both, and not the same way
 * - `changed`: another verdict, with nothing to edit in either
 * - `same`
 */
export type ChangeKind = 'drifted' | 'newly-needed' | 'superfluous' | 'edit-changed' | 'changed' | 'same';

export interface UpstreamCommit {
  readonly commit: string;
  readonly date: string;
  readonly subject: string;
}

export interface FixChange {
  readonly id: string;
  readonly kind: ChangeKind;
  readonly from: FixReview;
  readonly to: FixReview;
  /** The commit that made the difference, where the history at hand holds it. */
  readonly because?: UpstreamCommit;
}

export interface Comparison {
  readonly from: Review;
  readonly to: Review;
  readonly changes: readonly FixChange[];
}

/** A patch without what moves with every release: object ids, line numbers, and the context lines. */
export function essence(patch: string): string {
  return patch
    .split('\n')
    .filter((line) => /^[+-]/.test(line) || line.startsWith('diff --git '))
    .join('\n');
}

const nothingToDo = ({ verdict }: Outcome): boolean =>
  verdict === 'upstreamed' || verdict === 'not-applicable';

export function kindOf(from: FixReview, to: FixReview): ChangeKind {
  const [was, is] = [from.outcome.verdict, to.outcome.verdict];
  if (BLOCKING.has(is) && !BLOCKING.has(was)) return 'drifted';
  if (is === 'needed' && was !== 'needed') return 'newly-needed';
  if (was === 'needed' && nothingToDo(to.outcome)) return 'superfluous';
  if (was !== is) return 'changed';
  return essence(from.patch) === essence(to.patch) ? 'same' : 'edit-changed';
}

/** What changes from one revision to another, fix by fix. `because` finds the commit behind a change. */
export async function compare(
  from: Review,
  to: Review,
  because: (change: FixChange) => Promise<UpstreamCommit | undefined> = async () => undefined,
): Promise<Comparison> {
  const changes: FixChange[] = [];
  for (const after of to.fixes) {
    const before = from.fixes.find(({ outcome }) => outcome.codemod === after.outcome.codemod);
    if (!before) continue;
    const change: FixChange = {
      id: after.outcome.codemod.id,
      kind: kindOf(before, after),
      from: before,
      to: after,
    };
    const commit = change.kind === 'same' ? undefined : await because(change);
    changes.push(commit ? { ...change, because: commit } : change);
  }
  return { from, to, changes };
}
