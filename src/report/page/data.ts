import type { Evidence } from '../../codemod/types.js';
import type { FixReview, Review } from '../../judge/review.js';
import { decoded } from '../../source/text.js';
import { effectText, reasonOf } from '../effects.js';
import { evidenceUrl, sourceUrl } from '../links.js';
import { columnName } from '../matrix.js';

type EvidenceRow = readonly [ref: string, url: string | null, date: string | null, note: string];

export interface PageCell {
  readonly verdict: string;
  /** What comes of leaving it, and for whom; empty where nothing is wrong. */
  readonly effect: string;
  readonly reason: string;
  readonly sites: readonly (readonly [
    path: string,
    line: number,
    state: string,
    what: string,
    url: string | null,
  ])[];
  readonly evidence: readonly EvidenceRow[];
  /** Index of the fix's patch in `patches`; absent where it edits nothing. */
  readonly patch?: number;
}

/** What the page's script reads. Equal patches are held once. */
export interface PageData {
  readonly columns: readonly { readonly project: string; readonly name: string; readonly commit: string }[];
  readonly fixes: readonly {
    readonly id: string;
    readonly project: string;
    readonly title: string;
    readonly why: string;
    readonly retire: string;
    readonly references: readonly EvidenceRow[];
    readonly cells: readonly (PageCell | null)[];
  }[];
  readonly patches: readonly string[];
}

function evidenceRows(project: string, evidence: readonly Evidence[]): EvidenceRow[] {
  return evidence.map((one) => [one.ref, evidenceUrl(project, one) ?? null, one.date ?? null, one.note]);
}

export function pageData(reviews: readonly Review[]): PageData {
  const patches = new Map<string, number>();
  const indexOf = (patch: string): number => {
    if (!patches.has(patch)) patches.set(patch, patches.size);
    return patches.get(patch)!;
  };
  const cellOf = (review: Review, { outcome, patch }: FixReview): PageCell => {
    const { project, commit } = review.target;
    return {
      verdict: outcome.verdict,
      effect: effectText(outcome.effect),
      reason: reasonOf(outcome),
      sites: outcome.sites.map(({ path, line, state, what }) => [
        path,
        line,
        state,
        what,
        sourceUrl(project, commit, path, line) ?? null,
      ]),
      evidence: evidenceRows(project, outcome.evidence),
      ...(patch === '' ? {} : { patch: indexOf(decoded(patch)) }),
    };
  };
  const codemods = [...new Set(reviews.flatMap(({ fixes }) => fixes.map(({ outcome }) => outcome.codemod)))];
  const fixes = codemods.map((codemod) => ({
    id: codemod.id,
    project: codemod.project,
    title: codemod.title,
    why: codemod.why,
    retire: codemod.retire,
    references: evidenceRows(codemod.project, codemod.references),
    cells: reviews.map((review) => {
      const fix = review.fixes.find(({ outcome }) => outcome.codemod === codemod);
      return fix ? cellOf(review, fix) : null;
    }),
  }));
  const columns = reviews.map((review) => ({
    project: review.target.project,
    name: reviews.some((other) => other.target.project !== review.target.project)
      ? `${review.target.project}@${columnName(review)}`
      : columnName(review),
    commit: review.target.commit,
  }));
  return { columns, fixes, patches: [...patches.keys()] };
}
