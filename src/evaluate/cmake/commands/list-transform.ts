import { fail } from '../error.js';
import type { Interpreter } from '../interpreter.js';
import { joinList } from '../list.js';
import { prefixInteger } from '../number.js';
import { lowerCase, strip, stripGenerators, upperCase } from '../text.js';
import type { Simple } from './command.js';
import { replacer } from './regex-replace.js';

type Change = (item: string) => string;

interface Action {
  readonly arity: number;
  of(run: Interpreter, first: string, second: string): Change;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  APPEND: { arity: 1, of: (_run, text) => (item) => item + text },
  PREPEND: { arity: 1, of: (_run, text) => (item) => text + item },
  TOUPPER: { arity: 0, of: () => upperCase },
  TOLOWER: { arity: 0, of: () => lowerCase },
  STRIP: { arity: 0, of: () => strip },
  GENEX_STRIP: { arity: 0, of: () => stripGenerators },
  REPLACE: {
    arity: 2,
    of: (run, pattern, replacement) =>
      replacer(run, pattern, replacement, 'list sub-command TRANSFORM, action REPLACE'),
  },
};

/** Which elements of a list of this length are changed. An element may be named twice. */
type Selector = (items: readonly string[]) => readonly number[];

const all: Selector = (items) => items.map((_item, at) => at);

const WHO = 'list sub-command TRANSFORM, selector';

/** Arguments that are read one after the other. */
class Queue {
  #at = 0;
  constructor(readonly args: readonly string[]) {}

  next(): string | undefined {
    const arg = this.args[this.#at];
    this.#at += 1;
    return arg;
  }

  /** A whole number, if one is next. */
  number(): number | undefined {
    const number = prefixInteger(this.args[this.#at] ?? '');
    if (number?.rest !== '') return undefined;
    this.#at += 1;
    return number.value;
  }
}

function place(index: number, { length }: readonly string[], tag: string): number {
  const at = index < 0 ? length + index : index;
  return at < 0 || at >= length
    ? fail(`${WHO} ${tag}, index: ${at} out of range (-${length}, ${length - 1}).`)
    : at;
}

function range(queue: Queue): Selector {
  const [start, stop] = [queue.number(), queue.number()];
  if (start === undefined || stop === undefined)
    return fail(`${WHO} FOR expects, at least, two numeric values.`);
  const step = queue.number() ?? 1;
  if (step <= 0) fail(`${WHO} FOR expects positive numeric value for <step>.`);
  return (items) => {
    const [first, last] = [place(start, items, 'FOR'), place(stop, items, 'FOR')];
    if (first > last) fail(`${WHO} FOR expects <start> to be no greater than <stop> (${first} > ${last})`);
    return all(items).filter((at) => at >= first && at <= last && (at - first) % step === 0);
  };
}

function places(queue: Queue): Selector {
  const indexes: number[] = [];
  for (let index = queue.number(); index !== undefined; index = queue.number()) indexes.push(index);
  if (indexes.length === 0) fail(`${WHO} AT expects at least one numeric value.`);
  return (items) => indexes.map((index) => place(index, items, 'AT'));
}

function matching(run: Interpreter, pattern: string | undefined): Selector {
  if (pattern === undefined) return fail(`${WHO} REGEX expects 'regular expression' argument.`);
  const find = run.patterns.read(pattern);
  if (!find) return fail(`${WHO} REGEX failed to compile regex "${pattern}".`);
  return (items) => all(items).filter((at) => find(items[at]!) !== undefined);
}

function readSelector(run: Interpreter, keyword: string, queue: Queue): Selector {
  if (keyword === 'REGEX') return matching(run, queue.next());
  return keyword === 'AT' ? places(queue) : range(queue);
}

export const transformList: Simple = (run, [, name, action, ...rest]) => {
  if (action === undefined || !Object.hasOwn(ACTIONS, action))
    return fail(`list sub-command TRANSFORM, ${action ?? ''} invalid action.`);
  const { arity, of } = ACTIONS[action]!;
  if (rest.length < arity) fail(`list sub-command TRANSFORM, action ${action} expects ${arity} argument(s).`);
  const change = of(run, rest[0]!, rest[1]!);
  let selector: Selector | undefined;
  let output = name!;
  const queue = new Queue(rest.slice(arity));
  for (let option = queue.next(); option !== undefined; option = queue.next()) {
    if (option === 'OUTPUT_VARIABLE') {
      output =
        queue.next() ?? fail('list sub-command TRANSFORM, OUTPUT_VARIABLE expects variable name argument.');
    } else if (option === 'REGEX' || option === 'AT' || option === 'FOR') {
      if (selector) fail('list sub-command TRANSFORM, selector already specified.');
      selector = readSelector(run, option, queue);
    } else fail(`list sub-command TRANSFORM, '${option}': unexpected argument(s).`);
  }
  const items = run.variables.list(name!);
  if (!items) return run.variables.set(output, '');
  let length = joinList(items).length;
  for (const at of (selector ?? all)(items)) {
    const before = items[at]!;
    items[at] = change(before);
    length += items[at].length - before.length;
    run.budget.fits(length);
  }
  run.variables.set(output, joinList(items));
};
