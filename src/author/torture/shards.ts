import { Failure } from '../../failure.js';
import { COLUMNS, type Counts, type Row } from './tally.js';
import type { Shrunk } from './torture.js';
import { RESULTS } from './verdicts.js';

/** What one of several processes counted; JSON. */
export interface Shard {
  readonly formatVersion: 1;
  /** The part of the work, from 1, and how many there are. */
  readonly part: number;
  readonly of: number;
  /** The first seed; part p takes every of-th one from `seed + p - 1` on. */
  readonly seed: number;
  /** Mutants that were asked for, over all parts. */
  readonly count: number;
  /** Places by name: targets with their commits, and `cases`. */
  readonly places: Readonly<Record<string, string>>;
  /** What was counted at each place. */
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  readonly faults: readonly Shrunk[];
  /** Fixes that had no file to mutate at any place. */
  readonly untouched: readonly string[];
}

/** All parts together; of no part any more. */
export type Whole = Omit<Shard, 'formatVersion' | 'part' | 'of'> & { readonly parts: number };

const NONE: Counts = { right: 0, left: 0, drifted: 0, silent: 0, wrong: 0 };

export function plus(a: Counts, b: Counts = NONE): Counts {
  return Object.fromEntries(RESULTS.map((result) => [result, a[result] + b[result]])) as Counts;
}

export const sumOf = (counts: readonly Counts[]): Counts => counts.reduce((all, one) => plus(all, one), NONE);

/** Rows of the same fix made one, in the order in which fixes come first. */
export function addRows(rows: readonly Row[]): Row[] {
  const all = new Map<string, Row>();
  for (const row of rows) {
    const known = all.get(row.id);
    if (!known) {
      all.set(row.id, row);
      continue;
    }
    const kinds = COLUMNS.flatMap((kind) => {
      const counts = [known.kinds[kind], row.kinds[kind]].filter((each) => each !== undefined);
      return counts.length === 0 ? [] : [[kind, sumOf(counts)] as const];
    });
    all.set(row.id, { id: row.id, all: plus(known.all, row.all), kinds: Object.fromEntries(kinds) });
  }
  return [...all.values()];
}

/** Puts parts together. Throws where one is missing, is there twice, or is of another run. */
export function mergeShards(shards: readonly Shard[]): Whole {
  const [first, ...rest] = [...shards].sort((a, b) => a.part - b.part);
  const about = ({ of, seed, count, places }: Shard): string => JSON.stringify({ of, seed, count, places });
  if (!first) throw new Failure('usage', 'no part was given');
  const other = rest.find((shard) => about(shard) !== about(first));
  if (other) throw new Failure('usage', `part ${other.part} is of another run than part ${first.part}`);
  const parts = shards.map(({ part }) => part).sort((a, b) => a - b);
  const wanted = Array.from({ length: first.of }, (_, at) => at + 1);
  if (parts.join() !== wanted.join()) {
    throw new Failure('usage', `parts ${parts.join(', ')} are not the ${first.of} that there are`);
  }
  const rows = Object.keys(first.places).map(
    (place) => [place, addRows(shards.flatMap((shard) => shard.rows[place] ?? []))] as const,
  );
  return {
    seed: first.seed,
    count: first.count,
    places: first.places,
    parts: first.of,
    rows: Object.fromEntries(rows),
    faults: shards.flatMap(({ faults }) => faults),
    untouched: first.untouched.filter((id) => shards.every((shard) => shard.untouched.includes(id))),
  };
}
