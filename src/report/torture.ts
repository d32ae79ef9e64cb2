import { COLUMNS, type Counts, type Row } from '../author/torture/tally.js';
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

const sum = (counts: Counts): number => Object.values(counts).reduce((all, count) => all + count, 0);

/** The share that came out right or was rightly left alone, in percent. */
export function share(counts: Counts): string {
  const all = sum(counts);
  return all === 0 ? '-' : `${((100 * (counts.right + counts.left)) / all).toFixed(1)} %`;
}

const cells = ({ right, left, drifted, silent, wrong }: Counts): string[] =>
  [right, left, drifted, silent, wrong].map(String);

const HEAD = ['right', 'left', 'drifted', 'silent', 'wrong'];

/** A Markdown page: a row a fix, then a row a kind, then what is to be looked at. */
export function tortureMarkdown(report: TortureReport): string {
  const table = (name: string, rows: readonly (readonly [string, Counts])[]): string[] => [
    `| ${name} | mutants | ${HEAD.join(' | ')} | right or left |`,
    `| --- | ---: | ${HEAD.map(() => '---:').join(' | ')} | ---: |`,
    ...rows.map(
      ([label, counts]) => `| ${[label, sum(counts), ...cells(counts), share(counts)].join(' | ')} |`,
    ),
  ];
  return `${[
    `${report.mutants} mutants, seed ${report.seed}.`,
    '',
    ...table('fix', [
      ...report.rows.map(({ id, all }) => [`\`${id}\``, all] as const),
      ['all', report.total],
    ]),
    '',
    ...table(
      'kind',
      COLUMNS.flatMap((kind) => byKind(report, kind)),
    ),
    ...report.faults.flatMap(faultLines),
  ].join('\n')}\n`;
}

function byKind({ rows }: TortureReport, kind: (typeof COLUMNS)[number]): (readonly [string, Counts])[] {
  const found = rows.flatMap(({ kinds }) => kinds[kind] ?? []);
  if (found.length === 0) return [];
  const total = { right: 0, left: 0, drifted: 0, silent: 0, wrong: 0 };
  for (const counts of found)
    for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += counts[key];
  return [[kind, total]];
}

function faultLines({ id, target, seed, mutations, result, why, patch }: Shrunk): string[] {
  return [
    '',
    `**${result}**: \`${id}\` on ${target}, seed ${seed}, ${mutations.join(' + ')}`,
    '',
    why.replace(/\s+/g, ' ').slice(0, 400),
    ...(patch === '' ? [] : ['', '```diff', patch.slice(0, 3000).trimEnd(), '```']),
  ];
}

/** The same in a terminal. */
export function tortureText(report: TortureReport): string {
  const width = Math.max(4, ...report.rows.map(({ id }) => id.length));
  const line = (name: string, all: string, values: readonly string[], last: string): string =>
    [name.padEnd(width), all.padStart(7), ...values.map((value) => value.padStart(7)), last.padStart(9)].join(
      ' ',
    );
  const row = (name: string, counts: Counts) => line(name, String(sum(counts)), cells(counts), share(counts));
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
