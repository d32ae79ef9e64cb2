import {
  type ByteRange,
  type Edit,
  indentAt,
  insert,
  joinLines,
  lineEnd,
  lineStart,
  mark,
  type Node,
  newlineOf,
  nextLine,
  type SourceFile,
  tokensOf,
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
  file: SourceFile,
  { startIndex, endIndex }: ByteRange,
  id: string,
  otherwise: (indent: string) => readonly string[],
): Edit[] {
  const { text } = file;
  const eol = newlineOf(text);
  const close = nextLine(text, endIndex);
  const missingNewline = text[close - 1] === '\n' ? '' : eol;
  const other = joinLines(['#else', ...otherwise(indentAt(text, startIndex)), '#endif'], text);
  return [
    insert(file, lineStart(text, startIndex), `#if ${GUARD}  // ${mark(id)}${eol}`),
    insert(file, close, `${missingNewline}${other}${eol}`),
  ];
}

/** True where the lines that we put behind a statement stand there, up to their `#endif`. */
export function isBeside(lines: readonly string[], { endIndex }: ByteRange, text: string): boolean {
  const behind = /#[ \t]*endif/.exec(text.slice(endIndex));
  const found = behind && tokensOf(text.slice(nextLine(text, endIndex), endIndex + behind.index));
  return found?.join(' ') === ['#', 'else', ...tokensOf(lines.join('\n'))].join(' ');
}
