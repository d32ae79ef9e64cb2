import { fail } from '../error.js';
import { ROOT } from '../files.js';
import type { Interpreter } from '../interpreter.js';
import { splitList } from '../list.js';
import { collapse } from '../path.js';
import { type Commands, simple } from './command.js';

interface Options {
  readonly optional: boolean;
  readonly result: string | undefined;
}

function readOptions(args: readonly string[]): Options {
  let optional = false;
  let result: string | undefined;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at];
    if (arg === 'OPTIONAL') {
      if (optional) fail('include called with invalid arguments: OPTIONAL used twice');
      optional = true;
    } else if (arg === 'RESULT_VARIABLE') {
      if (result !== undefined)
        fail('include called with invalid arguments: only one result variable allowed');
      at += 1;
      result = args[at] ?? fail('include called with no value for RESULT_VARIABLE.');
    } else if (arg !== 'NO_POLICY_SCOPE' && at > 0) fail(`include called with invalid argument: ${arg}`);
  }
  return { optional, result };
}

/** A module of CMAKE_MODULE_PATH, or the path as it is. The modules that come with CMake are not here. */
function resolve({ files, variables }: Interpreter, name: string): string {
  if (name.startsWith('/')) return collapse(name, ROOT);
  const folders = splitList(variables.text('CMAKE_MODULE_PATH'));
  const module = folders.map((folder) => `${folder}/${name}.cmake`).find((path) => files.exists(path));
  return collapse(module ?? name, ROOT);
}

export const INCLUDES: Commands = {
  include: simple((run, args) => {
    const { files, variables } = run;
    const [name, ...rest] = args;
    if (name === undefined || args.length > 4) return fail('include called with wrong number of arguments.');
    const { optional, result } = readOptions(rest);
    if (name === '') return 'next';
    const file = resolve(run, name);
    const text = files.read(file);
    if (text === undefined) {
      if (result !== undefined) variables.set(result, 'NOTFOUND');
      return optional ? 'next' : fail(`include could not find requested file: ${name}`);
    }
    const current = variables.get('CMAKE_CURRENT_LIST_FILE');
    if (current !== undefined) variables.set('CMAKE_PARENT_LIST_FILE', current);
    run.runFile(file, text);
    if (result !== undefined) variables.set(result, file);
    return 'next';
  }),
  include_guard: simple((run, args) => {
    const { variables, guards } = run;
    const [scope, ...rest] = args;
    if (rest.length > 0 || (scope !== undefined && scope !== 'DIRECTORY' && scope !== 'GLOBAL'))
      return fail(`include_guard given an invalid scope: ${args.join(' ')}`);
    const file = variables.text('CMAKE_CURRENT_LIST_FILE');
    const guard = scope === undefined ? `__INCGUARD_${file}__` : `${scope} ${file}`;
    // Without a scope it is a variable that guards, and so the scopes of variables decide.
    const seen = scope === undefined ? variables.get(guard) !== undefined : guards.has(guard);
    if (seen) {
      run.returned = [];
      return 'return';
    }
    if (scope === undefined) variables.set(guard, 'TRUE');
    else guards.add(guard);
    return 'next';
  }),
};
