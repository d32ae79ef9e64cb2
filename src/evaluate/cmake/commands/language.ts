import { fail } from '../error.js';
import type { Command, Flow, Interpreter } from '../interpreter.js';
import type { Statement } from '../program.js';
import type { Commands } from './command.js';

const BLOCK = /^(?:(?:end)?(?:function|macro|if|while|foreach|block)|else|elseif)$/;

/** Calls a command by its name; the arguments are expanded by it. */
function call(run: Interpreter, name: string, { args, line }: Statement): Flow {
  const key = name.toLowerCase();
  if (BLOCK.test(key)) fail(`cmake_language invalid command specified: ${name}`);
  return run.budget.deeper(() => run.execute({ name: key, written: name, line, args }));
}

function evaluate(run: Interpreter, statement: Statement): void {
  const [, keyword, ...code] = run.values(statement.args);
  if (keyword !== 'CODE' || code.length === 0) fail('cmake_language EVAL called without CODE argument');
  run.runFile(`${run.frame.file}:${statement.line}:EVAL`, code.join(' '));
}

const language: Command = (run, statement) => {
  const { args } = statement;
  const mode = run.values(args.slice(0, 1));
  if (mode[0] === 'EVAL') return evaluate(run, statement);
  if (mode[0] !== 'CALL') return fail(`cmake_language(${mode[0] ?? ''}) is not evaluated`);
  const names = [...mode.slice(1), ...run.values(args.slice(1, 2))];
  if (names.length !== 1) fail("cmake_language CALL command's arguments must be literal");
  return call(run, names[0]!, { ...statement, args: args.slice(mode.length > 1 ? 1 : 2) });
};

export const LANGUAGE: Commands = { cmake_language: language };
