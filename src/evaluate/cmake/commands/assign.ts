import { fail } from '../error.js';
import type { Interpreter } from '../interpreter.js';
import { joinList } from '../list.js';
import { unixSlashes } from '../path.js';
import { isOn } from '../truth.js';
import { type Commands, type Simple, simple } from './command.js';

const environmentName = (variable: string): string | undefined => /^ENV\{(.+).$/s.exec(variable)?.[1];

/** What the cache makes of a value of this type. */
function cached(type: string, value: string): string {
  return type === 'PATH' || type === 'FILEPATH' ? value.split(';').map(unixSlashes).join(';') : value;
}

function setEnvironment({ variables }: Interpreter, name: string, value = ''): void {
  if (value !== '' || variables.environment.has(name)) {
    variables.environment.set(name, variables.budget.value(value));
  }
}

/** `set(VARIABLE value… CACHE type doc [FORCE])`; undefined where the arguments are of another form. */
function cacheForm(
  args: readonly string[],
): { readonly values: number; readonly type: string; readonly force: boolean } | undefined {
  const force = args.length > 4 && args.at(-1) === 'FORCE';
  const at = args.length - 3 - (force ? 1 : 0);
  if (args.length > 3 && args[at] === 'CACHE') return { values: at, type: args[at + 1]!, force };
  if (args.at(-1) === 'CACHE' || args.at(-2) === 'CACHE' || force)
    fail('set given invalid arguments for CACHE mode.');
  return undefined;
}

const set: Simple = (run, args) => {
  const { variables } = run;
  const [variable, first] = args;
  if (variable === undefined) return fail('set called with incorrect number of arguments');
  const environment = environmentName(variable);
  if (environment !== undefined) setEnvironment(run, environment, first);
  else if (args.length === 1) variables.unset(variable);
  else if (args.at(-1) === 'PARENT_SCOPE') {
    variables.raise(variable, args.length === 2 ? undefined : joinList(args.slice(1, -1)));
  } else {
    const cache = cacheForm(args);
    if (!cache) variables.set(variable, joinList(args.slice(1)));
    else if (!variables.cache.has(variable) || cache.force || cache.type === 'INTERNAL') {
      const value = cached(cache.type, joinList(args.slice(1, cache.values)));
      variables.cache.set(variable, variables.budget.value(value));
    }
  }
};

const unset: Simple = ({ variables }, args) => {
  const [variable, where] = args;
  if (variable === undefined || args.length > 2)
    return fail('unset called with incorrect number of arguments');
  const environment = environmentName(variable);
  if (environment !== undefined) variables.environment.delete(environment);
  else if (where === undefined) variables.unset(variable);
  else if (where === 'CACHE') variables.cache.delete(variable);
  else if (where === 'PARENT_SCOPE') variables.raise(variable, undefined);
  else fail('unset called with an invalid second argument');
};

const option: Simple = ({ variables }, args) => {
  const [variable, , initial = 'OFF'] = args;
  if (variable === undefined || args.length < 2 || args.length > 3)
    return fail(`option called with incorrect number of arguments: ${args.join(' ')}`);
  if (variables.normal(variable) !== undefined || variables.cache.has(variable)) return;
  variables.cache.set(variable, isOn(initial) ? 'ON' : 'OFF');
};

export const ASSIGNMENTS: Commands = { set: simple(set), unset: simple(unset), option: simple(option) };
