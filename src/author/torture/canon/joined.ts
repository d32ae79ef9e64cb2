/** Texts of parts put together, with what does not decide left out. */

/** What is one thing or another. */
export const choiceOf = (condition: string, yes: string, no: string): string =>
  `(if ${condition} ${yes} ${no})`;

const RETURN = /^\(return_statement return ([\s\S]+)\)$/;

/** A branch; where both arms return a value, the return of a choice. */
export function branchOf(condition: string, yes: string, no: string): string {
  const [a, b] = [yes, no].map((arm) => RETURN.exec(arm)?.[1]);
  return a === undefined || b === undefined
    ? choiceOf(condition, yes, no)
    : `(return_statement return ${choiceOf(condition, a, b)})`;
}

/** Two sides of an `&&` or `||`; one that decides nothing is left out, and one of the same kind is opened. */
export function connected(operator: string, left: string, right: string): string {
  const idle = operator === '&&' ? /^true$/i : /^false$/i;
  const deciding = [left, right].filter((text) => !idle.test(text));
  if (deciding.length === 1) return deciding[0]!;
  const opened = (text: string): string =>
    text.startsWith(`(${operator} `) ? text.slice(operator.length + 2, -1) : text;
  return `(${operator} ${opened(left)} ${opened(right)})`;
}
