import { fail } from '../error.js';
import { ROOT } from '../files.js';
import { collapse, folderOf, nameOf, splitName } from '../path.js';
import { isNotFound } from '../truth.js';
import { type Commands, type Simple, simple } from './command.js';

const COMPONENTS: Readonly<Record<string, (path: string, base: string) => string>> = {
  DIRECTORY: folderOf,
  PATH: folderOf,
  NAME: nameOf,
  EXT: (path) => splitName(path, 'first')[1],
  NAME_WE: (path) => splitName(path, 'first')[0],
  LAST_EXT: (path) => splitName(path, 'last')[1],
  NAME_WLE: (path) => splitName(path, 'last')[0],
  ABSOLUTE: collapse,
  // The tree has no links that could be followed.
  REALPATH: collapse,
};

const component: Simple = ({ variables }, args) => {
  const [variable, path, mode, ...options] = args;
  if (variable === undefined || path === undefined || mode === undefined)
    return fail('get_filename_component called with incorrect number of arguments');
  const cache = options.at(-1) === 'CACHE';
  const before = cache ? variables.get(variable) : undefined;
  if (before !== undefined && !isNotFound(before)) return;
  const of = Object.hasOwn(COMPONENTS, mode) ? COMPONENTS[mode] : undefined;
  if (!of) return fail(`get_filename_component(… ${mode}) is not evaluated`);
  const at = options.lastIndexOf('BASE_DIR');
  const value = of(path, (at < 0 ? undefined : options[at + 1]) ?? ROOT);
  if (cache) variables.cache.set(variable, variables.budget.value(value));
  else variables.set(variable, value);
};

export const PATHS: Commands = { get_filename_component: simple(component) };
