import { sumOf } from '../author/torture/shards.js';
import { COLUMNS, type Column, type Counts, type Row } from '../author/torture/tally.js';
import type { Shrunk } from '../author/torture/torture.js';
import { cells, HEAD, mutantsOf, share, type TortureReport } from './torture.js';

/** Counts by kind, over all fixes, of the kinds that there were. */
export function byKind(rows: readonly Row[]): (readonly [Column, Counts])[] {
  return COLUMNS.map((kind) => [kind, sumOf(rows.flatMap(({ kinds }) => kinds[kind] ?? []))] as const).filter(
    ([, counts]) => mutantsOf(counts) > 0,
  );
}

/** Lines of a table of counts. */
export const table = (name: string, rows: readonly (readonly [string, Counts])[]): string[] => [
  `| ${name} | mutants | ${HEAD.join(' | ')} | right or left |`,
  `| --- | ---: | ${HEAD.map(() => '---:').join(' | ')} | ---: |`,
  ...rows.map(
    ([label, counts]) => `| ${[label, mutantsOf(counts), ...cells(counts), share(counts)].join(' | ')} |`,
  ),
];

/** A fault, with what to look at. */
export function faultLines({ id, target, seed, mutations, result, why, patch }: Shrunk): string[] {
  return [
    '',
    `**${result}**: \`${id}\` on ${target}, seed ${seed}, ${mutations.join(' + ')}`,
    '',
    why.replace(/\s+/g, ' ').slice(0, 400),
    ...(patch === '' ? [] : ['', '```diff', patch.slice(0, 3000).trimEnd(), '```']),
  ];
}

/** A Markdown page: a row a fix, then a row a kind, then what is to be looked at. */
export function tortureMarkdown(report: TortureReport): string {
  const fixes = report.rows.map(({ id, all }) => [`\`${id}\``, all] as const);
  return `${[
    `${report.mutants} mutants, seed ${report.seed}.`,
    '',
    ...table('fix', [...fixes, ['all', report.total]]),
    '',
    ...table('kind', byKind(report.rows)),
    ...report.faults.flatMap(faultLines),
  ].join('\n')}\n`;
}
