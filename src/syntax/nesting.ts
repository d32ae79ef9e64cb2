/** Brackets that may be open at once: upstream's sources have 22, and the parser's time grows with the square. */
const NESTING = 1000;

const OPEN = new Set([...'([{'].map((bracket) => bracket.charCodeAt(0)));
const CLOSED = new Set([...')]}'].map((bracket) => bracket.charCodeAt(0)));

/** Whether more brackets are open at once than a person writes; those of comments and strings count too. */
export function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (OPEN.has(code)) depth += 1;
    else if (CLOSED.has(code) && depth > 0) depth -= 1;
    if (depth > NESTING) return true;
  }
  return false;
}
