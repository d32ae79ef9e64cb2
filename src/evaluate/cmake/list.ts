/** CMake's lists: text with `;` between the elements. */

/**
 * Elements of a list. A `;` that is escaped or inside of `[…]` does not separate; `\;` becomes `;` in an
 * element. Empty elements are left out unless `empties`, as they are where an unquoted argument is split.
 */
export function splitList(text: string, empties = false): string[] {
  if (text === '') return empties ? [''] : [];
  if (!text.includes(';')) return [text];
  const items: string[] = [];
  let item = '';
  let from = 0;
  let nesting = 0;
  const close = (end: number): void => {
    item += text.slice(from, end);
    if (item !== '' || empties) items.push(item);
    item = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\' && text[at + 1] === ';') {
      item += text.slice(from, at);
      at += 1;
      from = at;
    } else if (char === '[') nesting += 1;
    else if (char === ']') nesting -= 1;
    else if (char === ';' && nesting === 0) {
      close(at);
      from = at + 1;
    }
  }
  close(text.length);
  return items;
}

export const joinList = (items: readonly string[]): string => items.join(';');
