import { fail } from '../error.js';
import type { Command, Flow, Frame, Interpreter } from '../interpreter.js';
import { joinList } from '../list.js';
import { folderOf } from '../path.js';
import type { Body, Statement } from '../program.js';
import { Substitution } from '../substitution.js';
import { type Commands, type Simple, simple } from './command.js';

/** The commands that decide what runs: no tree may define one of these names. */
const FLOW = /^(?:break|continue|return|(?:end)?(?:foreach|function|if|macro|while|block)|else|elseif)$/;

interface Definition {
  readonly name: string;
  readonly formals: readonly string[];
  readonly body: Body;
  readonly line: number;
  /** Where it was defined. */
  readonly frame: Frame;
}

/** A function has variables of its own, and loops of its own. */
const functionOf =
  ({ name, formals, body, line, frame }: Definition): Simple =>
  (run, args) => {
    const { variables } = run;
    run.budget.items(args.length * 4);
    const rest = args.slice(formals.length);
    const values: readonly (readonly [string, string])[] = [
      ['ARGC', String(args.length)],
      ...args.map((arg, index) => [`ARGV${index}`, arg] as const),
      ...formals.map((formal, index) => [formal, args[index]!] as const),
      ['ARGV', joinList(args)],
      ['ARGN', joinList(rest)],
      ['CMAKE_CURRENT_FUNCTION', name],
      ['CMAKE_CURRENT_FUNCTION_LIST_FILE', frame.file],
      ['CMAKE_CURRENT_FUNCTION_LIST_DIR', folderOf(frame.file)],
      ['CMAKE_CURRENT_FUNCTION_LIST_LINE', String(line)],
    ];
    const { loops } = run;
    run.loops = 0;
    variables.scoped(() => {
      for (const [variable, value] of values) variables.set(variable, value);
      const flow = run.within(frame, () => run.block(body));
      if (flow === 'return') variables.propagate(run.returned);
    });
    run.loops = loops;
  };

/** A macro is its body, put in the place of the call: `return` and `break` are the caller's. */
const macroOf =
  ({ formals, body, frame }: Definition): Simple =>
  (run, args) => {
    if (body.length === 0) return 'next';
    const substitution = new Substitution(formals, args, frame.substitution, run.budget);
    const flow: Flow = run.within({ ...frame, substitution }, () => run.block(body));
    // CMake before 4.4 goes on with the macro, later ones with the loop.
    if (flow === 'continue') fail('a continue() that leaves a macro is not evaluated');
    return flow;
  };

const KINDS = { function: functionOf, macro: macroOf } as const;

/** Defines a command. One that has the name already is kept with an underscore in front. */
function override(run: Interpreter, name: string, command: Command): void {
  const key = name.toLowerCase();
  if (FLOW.test(key)) fail(`Built-in flow control command "${key}" cannot be overridden.`);
  const before = run.commands.get(key);
  if (before) run.commands.set(`_${key}`, before);
  run.commands.set(key, command);
}

const define =
  (kind: keyof typeof KINDS): Command =>
  (run, { args, body, line }: Statement) => {
    const [name, ...formals] = run.values(args);
    if (name === undefined) return fail(`${kind} called with incorrect number of arguments`);
    const call = KINDS[kind]({ name, formals, body: body!, line, frame: run.frame });
    override(
      run,
      name,
      simple((running, given, statement) => {
        if (given.length < formals.length)
          fail(`${statement.written} is invoked with too few arguments for the ${kind} ${name}`);
        return call(running, given, statement);
      }),
    );
  };

export const DEFINITIONS: Commands = { function: define('function'), macro: define('macro') };
