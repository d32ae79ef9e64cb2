import { MUTATIONS } from './catalogue.js';
import { DAMAGES } from './damage.js';
import { PLACE, SPLIT } from './mutant.js';
import { KINDS, type Kind } from './mutation.js';
import type { Trial } from './torture.js';
import { RESULTS, type Result } from './verdicts.js';

export type Counts = Readonly<Record<Result, number>>;

/** Everything that trials are counted by: the kinds that keep the meaning, and the one that does not. */
export const COLUMNS = [...KINDS, 'meaning'] as const;
export type Column = (typeof COLUMNS)[number];

const KIND_OF: ReadonlyMap<string, Column> = new Map<string, Column>([
  ...MUTATIONS.map(({ name, kind }) => [name, kind] as const),
  ...[PLACE, SPLIT].map((name) => [name, 'place' satisfies Kind] as const),
  ...DAMAGES.map((name) => [name, 'meaning'] as const),
]);

/** The kinds of the mutations of a trial, each once. */
export function kindsOf({ mutations }: Pick<Trial, 'mutations'>): Column[] {
  return [...new Set(mutations.map((name) => KIND_OF.get(name)!))];
}

const none = (): Record<Result, number> => ({ right: 0, left: 0, drifted: 0, silent: 0, wrong: 0 });

export interface Row {
  readonly id: string;
  readonly all: Counts;
  /** A trial of several kinds counts in each of them. */
  readonly kinds: Readonly<Partial<Record<Column, Counts>>>;
}

/** Counts trials as they come; it keeps those that are to be looked at, and no others. */
export class Tally {
  readonly #rows = new Map<
    string,
    { all: Record<Result, number>; kinds: Partial<Record<Column, Record<Result, number>>> }
  >();
  readonly faults: Trial[] = [];

  add(trial: Trial): void {
    let row = this.#rows.get(trial.id);
    if (!row) {
      row = { all: none(), kinds: {} };
      this.#rows.set(trial.id, row);
    }
    row.all[trial.result] += 1;
    for (const kind of kindsOf(trial)) {
      row.kinds[kind] ??= none();
      row.kinds[kind][trial.result] += 1;
    }
    if (trial.result === 'silent' || trial.result === 'wrong') this.faults.push(trial);
  }

  rows(): readonly Row[] {
    return [...this.#rows].map(([id, row]) => ({ id, ...row }));
  }

  total(): Counts {
    const sum = none();
    for (const { all } of this.rows()) for (const result of RESULTS) sum[result] += all[result];
    return sum;
  }
}
