import { fail } from '../error.js';
import type { Interpreter } from '../interpreter.js';
import type { Find } from '../match.js';
import type { Simple } from './command.js';
import { replacer } from './regex-replace.js';

type Mode = (run: Interpreter, args: readonly string[]) => void;

function finder(run: Interpreter, mode: string, pattern: string): Find {
  run.variables.clearMatches();
  return (
    run.patterns.read(pattern) ??
    fail(`string sub-command REGEX, mode ${mode} failed to compile regex "${pattern}".`)
  );
}

/** The matches, up to `most`; each search starts where the last match ended. */
function matches(run: Interpreter, mode: string, pattern: string, text: string, most: number): string[] {
  const find = finder(run, mode, pattern);
  const found: string[] = [];
  for (let from = 0; found.length < most; ) {
    const match = find(text, from);
    if (!match) break;
    run.variables.clearMatches();
    run.variables.storeMatches(match);
    if (match.start === match.end)
      fail(`string sub-command REGEX, mode ${mode} regex "${pattern}" matched an empty string.`);
    found.push(match.groups[0]!);
    from = match.end;
  }
  return found;
}

const MODES: Readonly<Record<string, Mode>> = {
  MATCH(run, [pattern, variable, ...input]) {
    run.variables.set(variable!, matches(run, 'MATCH', pattern!, input.join(''), 1)[0] ?? '');
  },
  MATCHALL(run, [pattern, variable, ...input]) {
    const found = matches(run, 'MATCHALL', pattern!, input.join(''), Number.POSITIVE_INFINITY);
    run.variables.set(variable!, found.join(';'));
  },
  REPLACE(run, [pattern, replacement, variable, ...input]) {
    if (input.length === 0)
      fail('string sub-command REGEX, mode REPLACE needs at least 6 arguments total to command.');
    const replace = replacer(run, pattern!, replacement!, 'string sub-command REGEX, mode REPLACE');
    run.variables.set(variable!, replace(input.join('')));
  },
};

export const regex: Simple = (run, args) => {
  const [, mode = '', ...rest] = args;
  if (!Object.hasOwn(MODES, mode)) fail(`string sub-command REGEX does not recognize mode ${mode}`);
  if (rest.length < 3)
    fail(`string sub-command REGEX, mode ${mode} needs at least 5 arguments total to command.`);
  MODES[mode]!(run, rest);
};
