import {
  type Edit,
  indentAt,
  lineEnd,
  lineStart,
  mark,
  type Node,
  newlineOf,
  type SourceFile,
} from '../../../src/api.js';

/** Line length of upstream's formatter. */
const COLUMNS = 88;

/** Whole lines before the line of `offset`, at its indentation. */
export function insertLines({ path, text }: SourceFile, offset: number, lines: readonly string[]): Edit {
  const at = lineStart(text, offset);
  const indent = indentAt(text, at);
  const eol = newlineOf(text);
  const inserted = lines.map((line) => (line === '' ? '' : indent + line) + eol).join('');
  return { path, start: at, end: at, text: inserted };
}

/**
 * Replaces `value` below `holder` (its keyword argument, pair or assignment), and marks the place: behind the
 * line's end where the comment fits there, else on a line above. `statement` is what such a line may stand
 * above if `holder` does not begin its own.
 */
export function replaceMarked(
  file: SourceFile,
  value: Node,
  replacement: string,
  { holder, statement, id }: { holder: Node; statement: Node; id: string },
): Edit[] {
  const { path, text } = file;
  const edit = { path, start: value.startIndex, end: value.endIndex, text: replacement };
  const end = lineEnd(text, value.endIndex);
  const rest = text.slice(value.endIndex, end);
  const comment = `  # ${mark(id)}`;
  const start = lineStart(text, value.startIndex);
  const length = value.startIndex - start + replacement.length + rest.trimEnd().length + comment.length;
  if (/^,?[ \t]*$/.test(rest) && length <= COLUMNS) {
    const at = value.endIndex + rest.trimEnd().length;
    return [edit, { path, start: at, end, text: comment }];
  }
  const ownLine = text.slice(lineStart(text, holder.startIndex), holder.startIndex).trim() === '';
  return [edit, insertLines(file, (ownLine ? holder : statement).startIndex, [comment.trim()])];
}
