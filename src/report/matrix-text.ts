import type { Judged } from '../judge/review.js';
import { columnName, LEGEND, matrixOf, shortCell } from './matrix.js';
import { fold, painter } from './text.js';

const WIDTH = 100;
const CELL = 10;

/** The matrix in 100 columns: as many revisions beside each other as fit, then the next ones below. */
export function matrixText(judged: readonly Judged[], colour: boolean, reasons = false): string {
  const paint = painter(colour);
  const { columns, rows } = matrixOf(judged);
  const idWidth = Math.max(4, ...rows.map(({ id }) => id.length));
  const fitting = Math.max(1, Math.floor((WIDTH - idWidth) / (CELL + 1)));
  const lines: string[] = [];
  for (let from = 0; from < columns.length; from += fitting) {
    const names = columns
      .slice(from, from + fitting)
      .map((column) => paint.bold(columnName(column).slice(0, CELL).padEnd(CELL)));
    lines.push([' '.repeat(idWidth), ...names].join(' ').trimEnd());
    for (const { id, cells } of rows) {
      const shown = cells.slice(from, from + fitting).map((cell) => {
        const text = shortCell(cell).padEnd(CELL);
        return cell ? paint[cell.verdict](text) : text;
      });
      lines.push([id.padEnd(idWidth), ...shown].join(' ').trimEnd());
    }
    lines.push('');
  }
  lines.push(paint.dim(LEGEND));
  if (reasons) {
    for (const { id, cells } of rows) {
      lines.push('', paint.bold(id));
      for (const [reason, names] of byReason(
        cells.map((cell) => cell?.reason),
        columns,
      )) {
        lines.push(...fold(`${names.join(', ')}: ${reason}`, WIDTH - 4).map((line) => `    ${line}`));
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Revisions that have the same reason, together. */
export function byReason(
  reasons: readonly (string | undefined)[],
  columns: readonly Judged[],
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [index, reason] of reasons.entries()) {
    if (reason === undefined) continue;
    found.set(reason, [...(found.get(reason) ?? []), columnName(columns[index]!)]);
  }
  return found;
}
