import type { Counts, Row } from '../author/torture/tally.js';
import type { Shrunk } from '../author/torture/torture.js';

/** What a torture run came to; `--json` prints it. */
export interface TortureReport {
  readonly seed: number;
  readonly mutants: number;
  readonly total: Counts;
  readonly rows: readonly Row[];
  /** The smallest of those found, by fix. */
  readonly faults: readonly Shrunk[];
  /** Fixes that had no file to mutate in the targets. */
  readonly untouched: readonly string[];
  /** Where the order of fixes changed bytes. */
  readonly orders: readonly {
    readonly target: string;
    readonly seed: number;
    readonly paths: readonly string[];
  }[];
}

/** All mutants of some counts. */
export const mutantsOf = (counts: Counts): number =>
  Object.values(counts).reduce((all, count) => all + count, 0);

/** The share that came out right or was rightly left alone, in percent. */
export function share(counts: Counts): string {
  const all = mutantsOf(counts);
  return all === 0 ? '-' : `${((100 * (counts.right + counts.left)) / all).toFixed(1)} %`;
}

export const HEAD: readonly (keyof Counts)[] = ['right', 'left', 'drifted', 'silent', 'wrong'];

export const cells = (counts: Counts): string[] => HEAD.map((key) => String(counts[key]));

/** What a terminal shows. */
export function tortureText(report: TortureReport): string {
  const width = Math.max(4, ...report.rows.map(({ id }) => id.length));
  const line = (name: string, all: string, values: readonly string[], last: string): string =>
    [name.padEnd(width), all.padStart(7), ...values.map((value) => value.padStart(7)), last.padStart(9)].join(
      ' ',
    );
  const row = (name: string, counts: Counts) =>
    line(name, String(mutantsOf(counts)), cells(counts), share(counts));
  const faults = report.faults.flatMap(({ id, target, seed, mutations, result, why, patch }) => [
    '',
    `${result}: ${id} on ${target}: ${mutations.join(' + ')}`,
    `  ${why.replace(/\s+/g, ' ').slice(0, 300)}`,
    `  again: dgx-patch fix torture ${id} --target ${target} --seed ${seed} --count 1`,
    ...patch
      .split('\n')
      .slice(0, 40)
      .map((text) => (text === '' ? '' : `    ${text}`)),
  ]);
  return `${[
    line('fix', 'mutants', HEAD, 'ok'),
    ...report.rows.map(({ id, all }) => row(id, all)),
    row('all', report.total),
    ...(report.untouched.length > 0 ? ['', `nothing to mutate here: ${report.untouched.join(', ')}`] : []),
    ...report.orders.map(
      ({ target, seed, paths }) => `order matters on ${target}, seed ${seed}: ${paths.join(', ')}`,
    ),
    ...faults,
  ]
    .join('\n')
    .trimEnd()}\n`;
}
