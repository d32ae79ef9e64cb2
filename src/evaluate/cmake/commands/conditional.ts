import { Condition, type Facts } from '../condition.js';
import { fail } from '../error.js';
import type { Flow, Interpreter } from '../interpreter.js';
import type { Argument, Statement } from '../program.js';
import type { Commands } from './command.js';
import { isPolicy } from './policy.js';
import { isKnown } from './unknown.js';

/** What the conditions of an evaluation ask for. */
class EvaluationFacts implements Facts {
  constructor(readonly run: Interpreter) {}

  variable(name: string): string | undefined {
    const value = this.run.variables.get(name);
    if (value !== undefined) this.run.budget.length(value.length);
    return value;
  }

  list(name: string): readonly string[] | undefined {
    return this.run.variables.list(name);
  }

  isDefined(name: string): boolean {
    const { environment, cache } = this.run.variables;
    const special = /^(ENV|CACHE)\{(.+)\}$/s.exec(name);
    if (!special) return this.run.variables.get(name) !== undefined;
    return (special[1] === 'ENV' ? environment : cache).has(special[2]!);
  }

  isCommand(name: string): boolean {
    const key = name.toLowerCase();
    return this.run.commands.has(key) || isKnown(key);
  }

  isPolicy(name: string): boolean {
    return isPolicy(name);
  }

  exists(path: string): boolean {
    return this.run.files.exists(path);
  }

  isFolder(path: string): boolean {
    return this.run.files.isFolder(path);
  }

  matches(text: string, pattern: string): boolean | undefined {
    const { variables, patterns } = this.run;
    variables.clearMatches();
    const find = patterns.read(pattern);
    const match = find?.(text);
    if (match) variables.storeMatches(match);
    return find && match !== undefined;
  }
}

const holds = (run: Interpreter, args: readonly Argument[]): boolean =>
  new Condition(new EvaluationFacts(run)).holds(run.operands(args));

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
