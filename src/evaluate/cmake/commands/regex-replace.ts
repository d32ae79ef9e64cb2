import { fail } from '../error.js';
import type { Interpreter } from '../interpreter.js';

/** A replacement: text, and numbers of groups. */
type Part = string | number;

function readReplacement(text: string, who: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < text.length; ) {
    const slash = text.indexOf('\\', at);
    const end = slash < 0 ? text.length : slash;
    if (end > at) parts.push(text.slice(at, end));
    if (slash < 0) break;
    const next = text[slash + 1];
    if (next === undefined) fail(`${who}: replace-expression ends in a backslash.`);
    if (next >= '0' && next <= '9') parts.push(Number(next));
    else if (next === 'n') parts.push('\n');
    else if (next === '\\') parts.push('\\');
    else fail(`${who}: Unknown escape "\\${next}" in replace-expression.`);
    at = slash + 2;
  }
  return parts;
}

/**
 * What replaces a pattern in texts, each search starting where the last match ended, so that `^` matches there
 * again. `who` is the command, for errors. Sets CMAKE_MATCH_n.
 */
export function replacer(
  run: Interpreter,
  pattern: string,
  replacement: string,
  who: string,
): (text: string) => string {
  const { variables, budget } = run;
  const parts = readReplacement(replacement, who);
  variables.clearMatches();
  const find = run.patterns.read(pattern);
  if (!find) return fail(`${who} failed to compile regex "${pattern}".`);
  return (text) => {
    let output = '';
    let from = 0;
    for (let match = find(text, from); match; match = find(text, from)) {
      variables.clearMatches();
      variables.storeMatches(match);
      if (match.start === match.end) fail(`${who}: regex "${pattern}" matched an empty string.`);
      output += text.slice(from, match.start);
      for (const part of parts) {
        output +=
          typeof part === 'string'
            ? part
            : (match.groups[part] ??
              fail(
                `${who}: replace expression "${replacement}" contains an out-of-range escape for regex "${pattern}".`,
              ));
      }
      budget.fits(output.length);
      from = match.end;
    }
    return output + text.slice(from);
  };
}
