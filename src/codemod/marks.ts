import { type ByteRange, type Edit, insert, insertLines, replace } from '../source/edits.js';
import type { SourceFile } from '../source/file.js';
import { indentAt, lineEnd, lineStart, newlineOf } from '../source/text.js';

/** The mark that every site of ours carries once. */
export function mark(id: string): string {
  return `dgx-patch: ${id}`;
}

/**
 * True where our mark stands in the lines of a range, on the line above, or, with nothing but blanks between,
 * in a comment above; anywhere in the file without a range.
 */
export function isOurs({ text }: SourceFile, id: string, range?: ByteRange): boolean {
  if (!range || !text.includes(mark(id))) return text.includes(mark(id));
  const line = lineStart(text, range.startIndex);
  const above = line > 0 ? lineStart(text, line - 1) : line;
  if (text.slice(above, lineEnd(text, range.endIndex)).includes(mark(id))) return true;
  return commentsAbove(text, line).includes(mark(id));
}

/** The lines of comments and the empty ones that stand right above a line. */
function commentsAbove(text: string, line: number): string {
  let from = line;
  while (from > 0) {
    const above = lineStart(text, from - 1);
    const said = text.slice(above, from).trim();
    if (said !== '' && !/^(?:#|\/\/|\/\*|\*)|\*\/$/.test(said)) break;
    from = above;
  }
  return text.slice(from, line);
}

/** The mark as a comment to the line's end, in the file's language. */
export function comment({ path }: SourceFile, id: string): string {
  return `${/\.(?:py|cmake|txt|sh)$/.test(path) ? '#' : '//'} ${mark(id)}`;
}

/** Form 1: a comment line of its own above the line of `offset`. */
export function markAbove(file: SourceFile, offset: number, id: string): Edit {
  const { text } = file;
  const line = `${indentAt(text, offset)}${comment(file, id)}${newlineOf(text)}`;
  return insert(file, lineStart(text, offset), line);
}

/** False where a comment line cannot be put above: inside a macro, or after a line splice. */
export function canMarkAbove({ text }: SourceFile, offset: number): boolean {
  return !/\\\r?\n$/.test(text.slice(0, lineStart(text, offset)));
}

/** Form 2: a comment behind all that stands on the line of `offset`. */
export function markBehind(file: SourceFile, offset: number, id: string): Edit {
  return insert(file, lineEnd(file.text, offset), `  ${comment(file, id)}`);
}

/** Form 3: a comment within a line of C++, with the blank before it. */
export function inlineMark(id: string): string {
  return ` /* ${mark(id)} */`;
}

/** Edits with the marks of their sites: a mark where an edit begins becomes a part of it, and none comes twice. */
export function withMarks(edits: readonly Edit[], marks: readonly Edit[]): Edit[] {
  const all = [...edits];
  const placed = new Set<string>();
  for (const mark of marks) {
    const key = `${mark.path}:${mark.start}`;
    if (placed.has(key)) continue;
    placed.add(key);
    const at = all.findIndex((edit) => edit.path === mark.path && edit.start === mark.start);
    if (at < 0) all.push(mark);
    else all[at] = { ...all[at]!, text: mark.text + all[at]!.text };
  }
  return all;
}

/** Line length of upstream's formatter. */
const COLUMNS = 88;

/**
 * Replaces `value` below `holder` (its keyword argument, pair or assignment), and marks the place: behind the
 * line's end where the comment fits there, else on a line above. `statement` is what such a line may stand
 * above if `holder` does not begin its own.
 */
export function replaceMarked(
  file: SourceFile,
  value: ByteRange,
  replacement: string,
  { holder, statement, id }: { holder: ByteRange; statement: ByteRange; id: string },
): Edit[] {
  const { text } = file;
  const edit = replace(file, value, replacement);
  const end = lineEnd(text, value.endIndex);
  const rest = text.slice(value.endIndex, end);
  const note = `  ${comment(file, id)}`;
  const start = lineStart(text, value.startIndex);
  const length = value.startIndex - start + replacement.length + rest.trimEnd().length + note.length;
  if (/^,?[ \t]*$/.test(rest) && length <= COLUMNS) {
    const at = value.endIndex + rest.trimEnd().length;
    return [edit, replace(file, { startIndex: at, endIndex: end }, note)];
  }
  const ownLine = text.slice(lineStart(text, holder.startIndex), holder.startIndex).trim() === '';
  return [edit, insertLines(file, (ownLine ? holder : statement).startIndex, [note.trim()])];
}
