import { Condition, type Facts } from '../condition.js';
import { fail } from '../error.js';
import type { Flow, Interpreter } from '../interpreter.js';
import type { Argument, Statement } from '../program.js';
import type { Commands } from './command.js';
import { isPolicy } from './policy.js';
import { isKnown } from './unknown.js';

function factsOf(run: Interpreter): Facts {
  const { variables, files } = run;
  return {
    variable: (name) => variables.get(name),
    isDefined(name) {
      const special = /^(ENV|CACHE)\{(.+)\}$/s.exec(name);
      if (!special) return variables.get(name) !== undefined;
      return (special[1] === 'ENV' ? variables.environment : variables.cache).has(special[2]!);
    },
    isCommand: (name) => run.commands.has(name.toLowerCase()) || isKnown(name.toLowerCase()),
    isPolicy,
    exists: (path) => files.exists(path),
    isFolder: (path) => files.isFolder(path),
    matches(text, pattern) {
      variables.clearMatches();
      const find = run.patterns.read(pattern);
      const match = find?.(text);
      if (match) variables.storeMatches(match);
      return find && match !== undefined;
    },
  };
}

const holds = (run: Interpreter, args: readonly Argument[]): boolean =>
  new Condition(factsOf(run)).holds(run.operands(args));

function runIf(run: Interpreter, statement: Statement): Flow {
  for (let branch: Statement | undefined = statement; branch; branch = branch.otherwise) {
    const { name, args, body } = branch;
    const taken = branch;
    if (name === 'else' || run.at(taken, () => holds(run, args))) return run.block(body!);
  }
  return 'next';
}

function runWhile(run: Interpreter, { args, body }: Statement): Flow {
  if (args.length === 0) fail('while called with incorrect number of arguments');
  run.loops += 1;
  let flow: Flow = 'next';
  while (flow !== 'return' && flow !== 'break' && holds(run, args)) {
    run.budget.command();
    flow = run.block(body!);
  }
  run.loops -= 1;
  return flow === 'return' ? flow : 'next';
}

export const CONDITIONAL: Commands = { if: runIf, while: runWhile };
