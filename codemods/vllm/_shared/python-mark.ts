import { indentAt, lineEnd, lineStart, mark, newlineOf } from '../../../src/codemod/text.js';
import type { Edit, SourceFile } from '../../../src/codemod/types.js';
import type { Node } from '../../../src/syntax/document.js';

/** The mark as a comment behind `node` where its line ends there, else as a line above `statement`. */
export function markAt({ path, text }: SourceFile, node: Node, statement: Node, id: string): Edit {
  const end = lineEnd(text, node.endIndex);
  if (/^,?[ \t]*$/.test(text.slice(node.endIndex, end))) {
    const at = end - /[ \t]*$/.exec(text.slice(node.endIndex, end))![0].length;
    return { path, start: at, end, text: `  # ${mark(id)}` };
  }
  const above = lineStart(text, statement.startIndex);
  return { path, start: above, end: above, text: `${indentAt(text, above)}# ${mark(id)}${newlineOf(text)}` };
}

/** Lines as whole lines before the line of `offset`, at its indentation. */
export function insertLines({ path, text }: SourceFile, offset: number, lines: readonly string[]): Edit {
  const at = lineStart(text, offset);
  const indent = indentAt(text, at);
  const eol = newlineOf(text);
  const inserted = lines.map((line) => (line === '' ? '' : indent + line) + eol).join('');
  return { path, start: at, end: at, text: inserted };
}
