import type { SourceFile } from './file.js';
import { indentAt, lineStart, newlineOf, nextLine } from './text.js';

/** Replaces the bytes [start, end) of a file. `create` makes a new file with `text` (start = end = 0). */
export interface Edit {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** Bytes as latin-1. */
  readonly text: string;
  readonly create?: boolean;
}

/** Bytes [startIndex, endIndex) of a file: a syntax node is one. */
export interface ByteRange {
  readonly startIndex: number;
  readonly endIndex: number;
}

/** New text for a range of a file. */
export function replace({ path }: SourceFile, { startIndex, endIndex }: ByteRange, text: string): Edit {
  return { path, start: startIndex, end: endIndex, text };
}

/** New text before the byte at an offset. */
export function insert({ path }: SourceFile, at: number, text: string): Edit {
  return { path, start: at, end: at, text };
}

function indented(lines: readonly string[], indent: string, newline: string): string {
  return lines.map((line) => (line === '' ? '' : indent + line) + newline).join('');
}

/** Whole lines before the line of `offset`, at its indentation. */
export function insertLines(file: SourceFile, offset: number, lines: readonly string[]): Edit {
  const { text } = file;
  return insert(file, lineStart(text, offset), indented(lines, indentAt(text, offset), newlineOf(text)));
}

/** Whole lines behind the last line of a range, at the indentation of its first. */
export function insertLinesAfter(file: SourceFile, range: ByteRange, lines: readonly string[]): Edit {
  const { text } = file;
  const at = nextLine(text, range.endIndex);
  const missing = text[at - 1] === '\n' ? '' : newlineOf(text);
  return insert(file, at, missing + indented(lines, indentAt(text, range.startIndex), newlineOf(text)));
}

/** A file with its edits made. */
export interface EditedFile {
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  readonly after: string;
}

/** Two edits that want the same bytes, or a range outside the file. */
export class EditError extends Error {
  override readonly name = 'EditError';
}

/** Sorted by position. Two insertions at one place count as an overlap: their order would be a guess. */
export function sortEdits(edits: readonly Edit[]): Edit[] {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  for (let i = 1; i < sorted.length; i += 1) {
    if (overlaps(sorted[i - 1]!, sorted[i]!)) {
      throw new EditError(`edits overlap at byte ${sorted[i]!.start} of ${sorted[i]!.path}`);
    }
  }
  return sorted;
}

export function overlaps(a: Edit, b: Edit): boolean {
  if (a.path !== b.path) return false;
  if (a.start === b.start) return true;
  return a.start < b.start ? a.end > b.start : b.end > a.start;
}

/** The text with the edits of one file made. Bytes outside the ranges stay as they are. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const edit of sortEdits(edits)) {
    if (edit.start < at || edit.end < edit.start || edit.end > text.length) {
      throw new EditError(`edit [${edit.start}, ${edit.end}) is outside ${edit.path} (${text.length} bytes)`);
    }
    if (/[^\x00-\xff]/.test(edit.text)) throw new EditError(`edit of ${edit.path} is not in bytes`);
    pieces.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  pieces.push(text.slice(at));
  return pieces.join('');
}

/** A file with its edits made. Throws where an edit is of a file that is not there, or creates one that is. */
export function editFile(before: string | undefined, edits: readonly Edit[]): string {
  for (const { path, create } of edits) {
    if (create && before !== undefined) throw new EditError(`edit creates ${path}, which is there`);
    if (!create && before === undefined) throw new EditError(`edit of ${path}, which is not there`);
  }
  return applyEdits(before ?? '', edits);
}

/** Sites by file, each file's together. */
export function byFile<T extends { readonly file: SourceFile }>(sites: readonly T[]): T[][] {
  const located = sites.map((site) => ({ path: site.file.path, site }));
  return [...byPath(located).values()].map((own) => own.map(({ site }) => site));
}

/** Edits by file. */
export function byPath<T extends { readonly path: string }>(items: readonly T[]): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const item of items) {
    const list = map.get(item.path);
    if (list) list.push(item);
    else map.set(item.path, [item]);
  }
  return map;
}
