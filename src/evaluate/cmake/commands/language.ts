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

/** The first `count` words, from as few arguments as hold them, and how many arguments those are. */
function leading(
  run: Interpreter,
  { args }: Statement,
  count: number,
): readonly [words: string[], taken: number] {
  const words: string[] = [];
  let taken = 0;
  for (; words.length < count && taken < args.length; taken += 1) {
    for (const word of run.values(args.slice(taken, taken + 1))) words.push(word);
  }
  return [words, taken];
}

const language: Command = (run, statement) => {
  const [[mode]] = leading(run, statement, 1);
  if (mode === 'EVAL') return evaluate(run, statement);
  if (mode !== 'CALL') return fail(`cmake_language(${mode ?? ''}) is not evaluated`);
  const [[, name, ...rest], taken] = leading(run, statement, 2);
  if (name === undefined) return fail('cmake_language CALL missing command name');
  if (rest.length > 0) fail("cmake_language CALL command's arguments must be literal");
  return call(run, name, { ...statement, args: statement.args.slice(taken) });
};

export const LANGUAGE: Commands = { cmake_language: language };
