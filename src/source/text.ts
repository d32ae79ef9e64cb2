/** Helpers on byte text (one character a byte). */

/** The mark of UTF-8 that some editors put before the first line. */
const BOM = /^\xef\xbb\xbf/;

/** The newline that the file uses: that of its first line. */
export function newlineOf(text: string): string {
  const at = text.indexOf('\n');
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}

/** `lines` joined with the file's own newline. */
export function joinLines(lines: readonly string[], text: string): string {
  return lines.join(newlineOf(text));
}

/** Offset of the first byte of the line that holds `offset`; a byte order mark is no part of its line. */
export function lineStart(text: string, offset: number): number {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  return start === 0 && offset >= 3 && BOM.test(text) ? 3 : start;
}

/** Offset just past the last byte of the line's text, before its newline. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at < 0) return text.length;
  return at > 0 && text[at - 1] === '\r' ? at - 1 : at;
}

/** Offset of the first byte of the next line, or the file's end. */
export function nextLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}

/** The blanks that the line of `offset` starts with. */
export function indentAt(text: string, offset: number): string {
  const start = lineStart(text, offset);
  return /^[ \t]*/.exec(text.slice(start, lineEnd(text, start)))![0];
}

/** 1-based line of a byte offset. */
export function lineNumber(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** The text without a byte order mark, at the same length; an empty line is nothing to any language. */
export function blankBom(text: string): string {
  return text.replace(BOM, '\n\n\n');
}

/** Bytes of a Unicode string, as byte text. */
export function toBytes(unicode: string): string {
  return Buffer.from(unicode, 'utf8').toString('latin1');
}

/** Bytes as people read them. */
export function decoded(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
