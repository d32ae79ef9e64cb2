import { fail } from '../error.js';
import type { Interpreter } from '../interpreter.js';
import { joinList } from '../list.js';
import { index as indexOf } from '../number.js';
import { type Commands, type Simple, type Subcommands, simple, subcommand } from './command.js';
import { sorter } from './list-sort.js';
import { transformList } from './list-transform.js';

function counted(args: readonly string[], least: number, most = least): void {
  if (args.length < least || args.length > most)
    fail(`list sub-command ${args[0]} is given ${args.length - 1} arguments`);
}

const numberOf = (text: string): number => indexOf(text) ?? fail(`list index: ${text} is not a valid index`);

/** A place in a list of this length, counted from its end where it is negative. */
function place(text: string, length: number, last = length - 1): number {
  const number = numberOf(text);
  const at = number < 0 ? length + number : number;
  return at < 0 || at > last ? fail(`list index: ${at} out of range (-${length}, ${last})`) : at;
}

type Edit = (items: string[]) => readonly string[];

/** Changes a list in place, once the arguments were read; nothing where there is no such list. */
const change =
  (read: (run: Interpreter, args: readonly string[]) => Edit): Simple =>
  (run, args) => {
    const edit = read(run, args);
    const items = run.variables.list(args[1]!);
    if (items) run.variables.set(args[1]!, joinList(edit(items)));
  };

/** Takes elements off one end, into the variables that are named. */
const pop =
  (take: (items: string[]) => string | undefined): Simple =>
  (run, args) => {
    const [, name, ...into] = args;
    const items = run.variables.list(name!);
    const full = items !== undefined && items.length > 0;
    if (full && into.length === 0) take(items);
    for (const variable of into) run.variables.put(variable, items && take(items));
    if (full) run.variables.set(name!, joinList(items));
  };

/** Joins what the list holds with more elements. */
const extend =
  (join: (value: string, more: string) => readonly string[]): Simple =>
  ({ variables }, [, name, ...more]) => {
    if (more.length === 0) return;
    const value = variables.text(name!);
    const added = joinList(more);
    variables.set(name!, value === '' ? added : joinList(join(value, added)));
  };

const SUBCOMMANDS: Subcommands = {
  LENGTH(run, args) {
    counted(args, 3);
    run.variables.set(args[2]!, String(run.variables.list(args[1]!)?.length ?? 0));
  },
  GET(run, args) {
    counted(args, 4, Number.POSITIVE_INFINITY);
    const items = run.variables.list(args[1]!);
    if (items?.length === 0) fail('list GET given empty list');
    const got = items && args.slice(2, -1).map((text) => items[place(text, items.length)]!);
    run.variables.set(args.at(-1)!, got ? joinList(got) : 'NOTFOUND');
  },
  APPEND: extend((value, more) => [value, more]),
  PREPEND: extend((value, more) => [more, value]),
  POP_BACK: pop((items) => items.pop()),
  POP_FRONT: pop((items) => items.shift()),
  FIND(run, args) {
    counted(args, 4);
    run.variables.set(args[3]!, String(run.variables.list(args[1]!)?.indexOf(args[2]!) ?? -1));
  },
  INSERT(run, args) {
    counted(args, 4, Number.POSITIVE_INFINITY);
    const [, name, text, ...more] = args;
    const items = run.variables.list(name!) ?? [];
    if (items.length === 0 && numberOf(text!) !== 0) fail(`list index: ${text} out of range (0, 0)`);
    const at = items.length === 0 ? 0 : place(text!, items.length, items.length);
    run.variables.set(name!, joinList([...items.slice(0, at), ...more, ...items.slice(at)]));
  },
  JOIN(run, args) {
    counted(args, 4);
    const items = run.variables.list(args[1]!) ?? [];
    run.budget.fits(items.length * args[2]!.length);
    run.variables.set(args[3]!, items.join(args[2]));
  },
  SUBLIST(run, args) {
    counted(args, 5);
    const [, name, begin, size, into] = args;
    const items = run.variables.list(name!);
    if (items === undefined || items.length === 0) return run.variables.set(into!, '');
    const [start, length] = [numberOf(begin!), numberOf(size!)];
    if (start < 0 || start >= items.length) fail(`list begin index: ${start} is out of range`);
    if (length < -1) fail(`list length: ${length} should be -1 or greater`);
    run.variables.set(into!, joinList(items.slice(start, length === -1 ? undefined : start + length)));
  },
  REMOVE_ITEM(run, args) {
    const gone = new Set(args.slice(2));
    const items = gone.size === 0 ? undefined : run.variables.list(args[1]!);
    if (items) run.variables.set(args[1]!, joinList(items.filter((item) => !gone.has(item))));
  },
  REMOVE_AT(run, args) {
    counted(args, 3, Number.POSITIVE_INFINITY);
    const items = run.variables.list(args[1]!) ?? [];
    if (items.length === 0) fail(`list index: ${args.slice(1).join(', ')} out of range (0, 0)`);
    const gone = new Set(args.slice(2).map((text) => place(text, items.length)));
    run.variables.set(args[1]!, joinList(items.filter((_item, at) => !gone.has(at))));
  },
  REMOVE_DUPLICATES: change((_run, args) => {
    counted(args, 2);
    return (items) => [...new Set(items)];
  }),
  REVERSE: change((_run, args) => {
    counted(args, 2);
    return (items) => items.reverse();
  }),
  FILTER: change((run, args) => {
    counted(args, 4, 5);
    const [, , operator, mode, pattern] = args;
    if (operator !== 'INCLUDE' && operator !== 'EXCLUDE')
      fail(`list sub-command FILTER does not recognize operator ${operator}`);
    return (items) => {
      const find = mode === 'REGEX' && pattern !== undefined ? run.patterns.read(pattern) : undefined;
      if (!find) return fail(`list sub-command FILTER, mode ${mode} failed to compile regex "${pattern}".`);
      return items.filter((item) => (find(item) !== undefined) === (operator === 'INCLUDE'));
    };
  }),
  SORT: change((run, args) => {
    const sort = sorter(args.slice(2));
    return (items) => {
      run.budget.items(items.length * 5);
      return sort(items);
    };
  }),
  TRANSFORM: transformList,
};

const list: Simple = (run, args, statement) => {
  if (args.length < 2) fail('list must be called with at least two arguments.');
  const own = subcommand(SUBCOMMANDS, args[0]) ?? fail(`list does not recognize sub-command ${args[0]}`);
  return own(run, args, statement);
};

export const LISTS: Commands = { list: simple(list) };
