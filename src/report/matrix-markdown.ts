import type { Judged } from '../judge/review.js';
import { columnName, LEGEND, matrixOf, shortCell } from './matrix.js';

/** The matrix as a table for a README: a row a fix, a column a revision. */
export function matrixMarkdown(judged: readonly Judged[]): string {
  const { columns, rows } = matrixOf(judged);
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const lines = [
    row(['fix', ...columns.map(columnName)]),
    row(['---', ...columns.map(() => '---')]),
    ...rows.map(({ id, cells }) => row([`\`${id}\``, ...cells.map(shortCell)])),
    '',
    LEGEND,
  ];
  return `${lines.join('\n')}\n`;
}
