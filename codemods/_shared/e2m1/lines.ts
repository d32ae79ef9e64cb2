import {
  type Edit,
  indentAt,
  joinLines,
  lineEnd,
  lineStart,
  mark,
  type Node,
  newlineOf,
  nextLine,
} from '../../../src/api.js';
import { GUARD } from './software.js';

/** Start of the comment lines that stand directly above an offset's line. */
export function aboveComments(text: string, offset: number): number {
  let at = lineStart(text, offset);
  while (at > 0) {
    const previous = lineStart(text, at - 1);
    if (!/^[ \t]*\/\//.test(text.slice(previous, at))) break;
    at = previous;
  }
  return at;
}

/** The guard is made of lines: nothing else may stand on those of the statement. */
export function hasOwnLines(statement: Node, text: string): boolean {
  const before = text.slice(lineStart(text, statement.startIndex), statement.startIndex);
  const after = text.slice(statement.endIndex, lineEnd(text, statement.endIndex));
  return before.trim() === '' && /^\s*(?:\/\/.*)?$/.test(after);
}

/** `#if <hardware>` before a statement; `#else`, other lines and `#endif` behind it. */
export function guardEdits(
  { path, start, end }: { path: string; start: number; end: number },
  text: string,
  id: string,
  otherwise: (indent: string) => readonly string[],
): Edit[] {
  const eol = newlineOf(text);
  const open = lineStart(text, start);
  const close = nextLine(text, end);
  const missingNewline = text[close - 1] === '\n' ? '' : eol;
  const other = joinLines(['#else', ...otherwise(indentAt(text, start)), '#endif'], text);
  return [
    { path, start: open, end: open, text: `#if ${GUARD}  // ${mark(id)}${eol}` },
    { path, start: close, end: close, text: `${missingNewline}${other}${eol}` },
  ];
}
