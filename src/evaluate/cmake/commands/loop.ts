import { fail } from '../error.js';
import type { Flow, Interpreter } from '../interpreter.js';
import { prefixInteger } from '../number.js';
import type { Body, Statement } from '../program.js';
import { type Commands, simple } from './command.js';

/** Rounds of a loop: what each variable is in them; undefined unsets it. */
interface Rounds {
  readonly names: readonly string[];
  readonly count: number;
  value(round: number, index: number): string | undefined;
}

const over = (name: string, items: readonly string[]): Rounds => ({
  names: [name],
  count: items.length,
  value: (round) => items[round],
});

function integer(text: string | undefined): number {
  const number = prefixInteger(text ?? '0');
  return number ? number.value : fail(`foreach Invalid integer: '${text}'`);
}

function range(name: string, numbers: readonly string[]): Rounds {
  const [one, two, three] = numbers.length > 3 ? [] : numbers;
  const start = two === undefined ? 0 : integer(one);
  const stop = integer(two ?? one);
  const step = integer(three) || (start > stop ? -1 : 1);
  if ((start > stop && step > 0) || (start < stop && step < 0)) {
    fail(`foreach called with incorrect range specification: start ${start}, stop ${stop}, step ${step}`);
  }
  const count = Math.floor(Math.abs(stop - start) / Math.abs(step)) + 1;
  return { names: [name], count, value: (round) => String(start + round * step) };
}

function zipped(names: readonly string[], lists: readonly (readonly string[])[]): Rounds {
  if (names.length > 1 && names.length !== lists.length) {
    fail(`Expected ${names.length} list variables, but given ${lists.length}`);
  }
  return {
    names: names.length > 1 ? names : lists.map((_list, index) => `${names[0]}_${index}`),
    count: lists.reduce((most, { length }) => Math.max(most, length), 0),
    value: (round, index) => lists[index]![round],
  };
}

function inMode(run: Interpreter, names: readonly string[], args: readonly string[]): Rounds {
  const listOf = (name: string): string[] => run.variables.list(name) ?? [];
  if (args[0] === 'ZIP_LISTS') {
    if (args.slice(1).some((arg) => /^(?:LISTS|ITEMS|ZIP_LISTS)$/.test(arg)))
      fail('ZIP_LISTS can not be used with LISTS or ITEMS');
    return zipped(names, args.slice(1).map(listOf));
  }
  const items: string[] = [];
  let mode = '';
  for (const arg of args) {
    if (arg === 'ZIP_LISTS') fail('ZIP_LISTS can not be used with LISTS or ITEMS');
    if (arg === 'LISTS' || arg === 'ITEMS') {
      if (names.length !== 1) fail('ITEMS or LISTS require exactly one iteration variable');
      mode = arg;
    } else if (mode === 'LISTS') for (const item of listOf(arg)) items.push(item);
    else if (mode === 'ITEMS') items.push(arg);
    else fail(`Unknown argument: ${arg}`);
  }
  return names.length === 1 ? over(names[0]!, items) : fail('foreach has no iteration variable');
}

function roundsOf(run: Interpreter, args: readonly string[]): Rounds {
  const [name, ...rest] = args;
  if (name === undefined) return fail('foreach called with incorrect number of arguments');
  const keyword = args.indexOf('IN');
  if (keyword >= 0) return inMode(run, args.slice(0, keyword), args.slice(keyword + 1));
  return rest[0] === 'RANGE' ? range(name, rest.slice(1)) : over(name, rest);
}

function runRounds(run: Interpreter, { names, count, value }: Rounds, body: Body): Flow {
  const { variables } = run;
  const before = names.map((name) => variables.normal(name));
  let flow: Flow = 'next';
  run.loops += 1;
  for (let round = 0; round < count && flow !== 'return' && flow !== 'break'; round += 1) {
    run.budget.command();
    for (const [index, name] of names.entries()) variables.put(name, value(round, index));
    flow = run.block(body);
  }
  run.loops -= 1;
  if (count > 0) for (const [index, name] of names.entries()) variables.put(name, before[index]);
  return flow === 'return' ? flow : 'next';
}

function leave(flow: 'break' | 'continue') {
  const word = flow.toUpperCase();
  return simple((run, args) => {
    if (run.loops === 0) fail(`A ${word} command was found outside of a proper FOREACH or WHILE loop scope.`);
    if (args.length > 0) fail(`The ${word} command does not accept any arguments.`);
    return flow;
  });
}

export const LOOPS: Commands = {
  foreach: (run: Interpreter, { args, body }: Statement) =>
    runRounds(run, roundsOf(run, run.values(args)), body!),
  break: leave('break'),
  continue: leave('continue'),
};
