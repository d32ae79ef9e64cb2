import { fail } from '../error.js';
import type { Interpreter } from '../interpreter.js';
import { isOn } from '../truth.js';
import { type Commands, simple } from './command.js';

/** True where a message that is none of the two kinds of errors is to be one. */
function isMadeError({ variables }: Interpreter, kind: string): boolean {
  const developer = variables.get('CMAKE_SUPPRESS_DEVELOPER_ERRORS');
  if (kind === 'AUTHOR_WARNING') return developer !== undefined && !isOn(developer);
  return kind === 'DEPRECATION' && isOn(variables.text('CMAKE_ERROR_DEPRECATED'));
}

/** Nothing is shown; what is an error counts. */
export const MESSAGES: Commands = {
  message: simple((run, args, statement) => {
    const [kind, ...rest] = args;
    if (kind === undefined) return fail('message called with incorrect number of arguments');
    if (kind === 'FATAL_ERROR' || isMadeError(run, kind)) fail(rest.join(''));
    if (kind === 'SEND_ERROR') run.report(rest.join(''), statement);
  }),
};
