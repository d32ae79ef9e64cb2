import type { Verdict } from '../codemod/verdict.js';
import type { Judged } from '../judge/review.js';
import { reasonOf } from './effects.js';

/** One cell: a fix on a revision. */
export interface Cell {
  readonly verdict: Verdict;
  readonly sites: number;
  readonly reason: string;
}

/** Fixes by revisions. */
export interface Matrix {
  readonly columns: readonly Judged[];
  readonly rows: readonly {
    readonly id: string;
    readonly title: string;
    readonly cells: readonly (Cell | undefined)[];
  }[];
}

export function matrixOf(columns: readonly Judged[]): Matrix {
  const titles = new Map(
    columns.flatMap(({ outcomes }) => outcomes.map(({ codemod }) => [codemod.id, codemod.title])),
  );
  const rows = [...titles].map(([id, title]) => ({
    id,
    title,
    cells: columns.map(({ outcomes }) => {
      const outcome = outcomes.find(({ codemod }) => codemod.id === id);
      return outcome && { verdict: outcome.verdict, sites: outcome.sites.length, reason: reasonOf(outcome) };
    }),
  }));
  return { columns, rows };
}

/** What a column is called: a commit is cut to what people can still read. */
export function columnName({ target }: Judged): string {
  return /^[0-9a-f]{40}$/.test(target.revision) ? target.revision.slice(0, 10) : target.revision;
}

/** What both ends of a move are called: a pin that keeps its name is told apart by its commits. */
export function endNames(from: Judged, to: Judged): readonly [string, string] {
  const names = [columnName(from), columnName(to)] as const;
  if (names[0] !== names[1]) return names;
  return [
    `${names[0]} (${from.target.commit.slice(0, 10)})`,
    `${names[1]} (${to.target.commit.slice(0, 10)})`,
  ];
}

const SHORT: Record<Verdict, string> = {
  needed: 'needed',
  applied: 'applied',
  upstreamed: 'upstream',
  'not-applicable': '-',
  drifted: 'DRIFTED',
  conflicting: 'CONFLICT',
  refused: 'REFUSED',
  unjudged: 'UNJUDGED',
};

/** A cell in ten characters or less: the verdict, and how many sites an edit would touch. */
export function shortCell(cell: Cell | undefined): string {
  if (!cell) return '';
  return cell.verdict === 'needed' ? `needed ${cell.sites}` : SHORT[cell.verdict];
}

export const LEGEND =
  'needed N: wrong at N sites · upstream: upstream made it right · applied: right by our edit · -: not applicable';
