import type { Outcome } from '../codemod/types.js';
import { BLOCKING } from '../codemod/verdict.js';
import type { FixReview, Review } from '../judge/review.js';
import { type Account, accountOf } from './account.js';
import type { Timeline } from './timeline.js';

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

/** `because` and `spans` are there where the history at hand holds the way. */
export interface FixChange extends Partial<Account> {
  readonly id: string;
  readonly kind: ChangeKind;
  readonly from: FixReview;
  readonly to: FixReview;
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

/** What changes from one revision to another, fix by fix; with the way between them, how it came about. */
export function compare(from: Review, to: Review, way?: Timeline): Comparison {
  const changes = to.fixes.flatMap((after): FixChange[] => {
    const { id } = after.outcome.codemod;
    const before = from.fixes.find(({ outcome }) => outcome.codemod.id === id);
    if (!before) return [];
    const kind = kindOf(before, after);
    return [{ id, kind, from: before, to: after, ...(way && accountOf(way, id, kind === 'edit-changed')) }];
  });
  return { from, to, changes };
}
