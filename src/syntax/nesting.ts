/** Brackets that may be open at once: upstream's sources have 22, and the parser's time grows with the square. */
const NESTING = 1000;

/** By character code: 1 opens, -1 closes. */
const STEP = new Int8Array(128);
for (const bracket of '([{') STEP[bracket.charCodeAt(0)] = 1;
for (const bracket of ')]}') STEP[bracket.charCodeAt(0)] = -1;

/** Whether more brackets are open at once than a person writes; those of comments and strings count too. */
export function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const step = STEP[text.charCodeAt(i)];
    if (!step) continue;
    depth = Math.max(0, depth + step);
    if (depth > NESTING) return true;
  }
  return false;
}
