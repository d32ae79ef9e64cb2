import type { SourceFile } from '../../source/file.js';
import { GraphRecorder } from '../recorder.js';
import { COMMANDS } from './commands/table.js';
import { CMakeError } from './error.js';
import { Files, ROOT } from './files.js';
import { Interpreter } from './interpreter.js';
import { Programs } from './program.js';

/**
 * Calls a function of a CMake file, as `function(RESULT argument…)`, and gives what RESULT is afterwards.
 * Undefined where it is not set, or the file or the call uses what the interpreter does not know. Pure.
 */
export function callCMake(file: SourceFile, name: string, args: readonly string[]): string | undefined {
  const run = new Interpreter(new Files([file]), new Programs(), new GraphRecorder(), COMMANDS);
  const quoted = args.map((argument) => `"${argument}"`).join(' ');
  try {
    run.runFile('/call', `include("${ROOT}/${file.path}")\n${name}(DGX_RESULT ${quoted})\n`);
  } catch (error) {
    if (error instanceof CMakeError) return undefined;
    throw error;
  }
  return run.errors.length > 0 ? undefined : run.variables.get('DGX_RESULT');
}
