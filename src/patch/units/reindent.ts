import { indentAt } from '../../source/text.js';

/**
 * `from[start, end)` as it must look at `at` in `into`: lines after the first keep their depth relative to
 * the line that it starts on. Undefined where that cannot be done without changing what it says.
 */
export function reindent(
  from: string,
  start: number,
  end: number,
  into: string,
  at: number,
): string | undefined {
  const text = from.slice(start, end);
  const [old, fresh] = [indentAt(from, start), indentAt(into, at)];
  if (old === fresh || !/\n[ \t]*\S/.test(text)) return text;
  if (/"""|'''|R"/.test(text)) return undefined;
  const lines = text.split('\n');
  const [first, ...rest] = lines;
  const moved = rest.map((line) => {
    if (line.trim() === '') return line;
    return line.startsWith(old) ? fresh + line.slice(old.length) : undefined;
  });
  return moved.includes(undefined) ? undefined : [first, ...moved].join('\n');
}
