/** Strings, comments, brackets and line ends of Python; the longest first. */
const PARTS =
  /"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|#[^\n]*|[([{]|[\])}]|\r?\n/g;

/**
 * Python with what has no meaning within brackets, line ends and comments, replaced by as many blanks. The
 * grammar takes a line that is less indented than its statement for a dedent, where it comes right behind the
 * `[` or `{` of a subscript or a dictionary.
 */
export function joinBrackets(text: string): string {
  let depth = 0;
  return text.replace(PARTS, (part) => {
    if (/^[([{]$/.test(part)) depth += 1;
    else if (/^[\])}]$/.test(part)) depth = Math.max(0, depth - 1);
    else if (depth > 0 && /^[#\r\n]/.test(part)) return ' '.repeat(part.length);
    return part;
  });
}
