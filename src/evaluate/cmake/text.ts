/** Text as C's functions for the plain locale see it: letters and blanks are those of ASCII. */

export const lowerCase = (text: string): string =>
  text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
export const upperCase = (text: string): string =>
  text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());

const isBlank = (char: string | undefined): boolean => char !== undefined && ' \t\n\v\f\r'.includes(char);

export function strip(text: string): string {
  let [start, end] = [0, text.length];
  while (isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

/** Without generator expressions, and then without the empty elements that they leave. */
export function stripGenerators(text: string): string {
  let left = '';
  let nesting = 0;
  let begin = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text.startsWith('$<', at)) {
      if (nesting === 0) begin = at;
      nesting += 1;
      at += 1;
    } else if (nesting === 0) left += text[at];
    else if (text[at] === '>') nesting -= 1;
  }
  // One that is not closed stays, with all that follows it.
  const all = nesting === 0 ? left : left + text.slice(begin);
  return all
    .split(';')
    .filter((item) => item !== '')
    .join(';');
}
