import { type Edit, indentAt, lineEnd, lineStart, mark, newlineOf } from '../../../src/api.js';

/** An insertion of our mark as a comment line of its own above the line of `offset`. */
export function markAbove(path: string, text: string, offset: number, id: string, comment: '//' | '#'): Edit {
  const at = lineStart(text, offset);
  const line = `${indentAt(text, offset)}${comment} ${mark(id)}${newlineOf(text)}`;
  return { path, start: at, end: at, text: line };
}

/** True where the line above the one of `start`, or a line up to `end`, carries our mark. */
export function isMarked(text: string, start: number, end: number, id: string): boolean {
  const line = lineStart(text, start);
  const above = line > 0 ? lineStart(text, line - 1) : line;
  return text.slice(above, lineEnd(text, end)).includes(mark(id));
}

/** False where a comment line cannot be put above: inside a macro, or after a line splice. */
export function canMarkAbove(text: string, offset: number): boolean {
  return !/\\\r?\n$/.test(text.slice(0, lineStart(text, offset)));
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
