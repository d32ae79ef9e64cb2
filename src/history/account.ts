import { type Span, spansOf, type Timeline, type UpstreamCommit } from './timeline.js';

/** How a fix came to be what it is at the end of a way. */
export interface Account {
  /** The commit that made it so, for good; undefined where it was so all along the way. */
  readonly because?: UpstreamCommit;
  /** Every verdict on the way. */
  readonly spans: readonly Span[];
}

/**
 * The account of a fix on a timeline. A verdict that comes and goes is told in full: the last change is the
 * one that counts, and the others are not hidden by two ends that look alike.
 * @param ofEdit the commit since which it is edited as it is, and not the one since which it has its verdict
 */
export function accountOf({ fixes, steps }: Timeline, id: string, ofEdit: boolean): Account | undefined {
  const changes = fixes[id];
  if (!changes) return undefined;
  const spans = spansOf(changes, steps.length - 1);
  const last = changes.at(-1)!;
  const since = ofEdit
    ? changes[changes.findLastIndex(({ edit }) => edit !== last.edit) + 1]!
    : { at: spans.at(-1)!.from, commit: spans.at(-1)!.because };
  return { spans, ...(since.at < 0 || !since.commit ? {} : { because: since.commit }) };
}

/** Verdicts that lay between the two ends of a way: what the ends do not tell. */
export const between = ({ spans = [] }: Partial<Account>): readonly Span[] => spans.slice(1, -1);
