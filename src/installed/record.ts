import { createHash } from 'node:crypto';

/** A file of the package as `RECORD` lists it: of what is of ours alone, the name. */
export interface RecordRow {
  /** From site-packages, `/`-separated. */
  readonly path: string;
  /** Bytes as latin-1; undefined for a file whose hash is not noted. */
  readonly text?: string;
}

const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A row as pip writes it: path, hash, size. */
function rowOf({ path, text }: RecordRow): string {
  if (text === undefined) return `${field(path)},,`;
  const hash = createHash('sha256').update(text, 'latin1').digest('base64url');
  return `${field(path)},sha256=${hash},${text.length}`;
}

/** The path of a row: its first field. */
function pathOf(row: string): string {
  if (!row.startsWith('"')) return row.slice(0, Math.max(0, row.indexOf(',')));
  return (/^"((?:[^"]|"")*)"/.exec(row)?.[1] ?? '').replaceAll('""', '"');
}

/** True where `RECORD` has a row of this file. */
export function listsFile(record: string, path: string): boolean {
  return record.split(/\r?\n/).some((row) => pathOf(row) === path);
}

/**
 * `RECORD` with the rows of these files put right, and those added that it has not. All other rows, and the
 * ends of lines, stay as they are. Paths are compared as they are written: text is latin-1, as everywhere.
 */
export function updateRecord(record: string, rows: readonly RecordRow[]): string {
  const newline = record.includes('\r\n') ? '\r\n' : '\n';
  const left = new Map(rows.map((row) => [row.path, row]));
  const lines = record.split(newline);
  const last = lines.at(-1) === '' ? lines.pop() : undefined;
  const updated = lines.map((line) => {
    const row = left.get(pathOf(line));
    if (!row) return line;
    left.delete(row.path);
    return rowOf(row);
  });
  const all = [...updated, ...[...left.values()].map(rowOf)];
  if (all.length === 0) return record;
  return all.join(newline) + (last === undefined && left.size === 0 ? '' : newline);
}
