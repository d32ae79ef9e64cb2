import { fail } from '../error.js';
import { type Commands, type Simple, simple } from './command.js';

/** The newest policy of the CMake that is evaluated; all that it knows are NEW. */
const NEWEST = 143;
/** Set to OLD they change what is evaluated here: lists, quotes, conditions, scopes, references and loops. */
const RELEVANT = [7, 10, 11, 12, 53, 54, 55, 57, 64, 77, 102, 121, 124, 126, 130, 139, 140];

const numberOf = (name: string): number => Number(/^CMP(\d{4})$/.exec(name)?.[1] ?? Number.NaN);

export const isPolicy = (name: string): boolean => numberOf(name) <= NEWEST;

function setPolicy(name: string | undefined, value: string | undefined): void {
  const number = numberOf(name ?? '');
  if (!(number <= NEWEST)) fail(`cmake_policy Policy "${name}" is not known to this version of CMake.`);
  if (value === 'OLD' && RELEVANT.includes(number)) fail(`cmake_policy: ${name} as OLD is not evaluated`);
  if (value !== 'OLD' && value !== 'NEW') fail('cmake_policy SET given unrecognized policy status');
}

const policy: Simple = ({ variables }, args) => {
  const [mode, name, value] = args;
  if (mode === 'SET' && args.length === 3) setPolicy(name, value);
  else if (mode === 'GET' && args.length === 3 && isPolicy(name!)) variables.set(value!, 'NEW');
  else if ((mode !== 'PUSH' && mode !== 'POP') || args.length !== 1)
    fail(`cmake_policy(${mode ?? ''}) in this form is not evaluated`);
};

export const POLICIES: Commands = { cmake_policy: simple(policy) };
