import { fail } from '../error.js';
import { nameOf } from '../path.js';
import { lowerCase } from '../text.js';

const OPTIONS = {
  COMPARE: ['STRING', 'FILE_BASENAME', 'NATURAL'],
  CASE: ['SENSITIVE', 'INSENSITIVE'],
  ORDER: ['ASCENDING', 'DESCENDING'],
} as const;
type Option = keyof typeof OPTIONS;

function readOptions(args: readonly string[]): Record<Option, string> {
  const given = new Map<string, string>();
  for (let at = 0; at < args.length; at += 2) {
    const [option, value] = [args[at]!, args[at + 1]];
    const values: readonly string[] = Object.hasOwn(OPTIONS, option)
      ? OPTIONS[option as Option]
      : fail(`list sub-command SORT option "${option}" is unknown.`);
    if (given.has(option))
      fail(`list sub-command SORT option "${option}" has been specified multiple times.`);
    if (value === undefined || !values.includes(value))
      fail(`list sub-command SORT value "${value ?? ''}" for option "${option}" is invalid.`);
    given.set(option, value!);
  }
  const of = (option: Option): string => given.get(option) ?? OPTIONS[option][0];
  return { COMPARE: of('COMPARE'), CASE: of('CASE'), ORDER: of('ORDER') };
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9';

function digitsEnd(text: string, from: number): number {
  let at = from;
  while (isDigit(text[at])) at += 1;
  return at;
}

function leadingZeros(text: string, from: number): number {
  let at = from;
  while (text[at] === '0' && isDigit(text[at + 1])) at += 1;
  return at - from;
}

/** `strverscmp`: digits are compared as numbers, and leading zeros stand for a fraction. */
function compareNaturally(left: string, right: string): number {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  let begin = at;
  while (begin > 0 && isDigit(left[begin - 1])) begin -= 1;
  if (begin !== at || (isDigit(left[at]) && isDigit(right[at]))) {
    const [zeros, others] = [leadingZeros(left, begin), leadingZeros(right, begin)];
    if (zeros !== others) return others - zeros;
    if (zeros === 0) {
      const length = digitsEnd(left, at) - digitsEnd(right, at);
      if (length !== 0) return length;
    }
  }
  return compare(left.slice(at), right.slice(at));
}

/** What `list(SORT)` does, by the options that follow the list's name. */
export function sorter(args: readonly string[]): (items: readonly string[]) => string[] {
  const { COMPARE, CASE, ORDER } = readOptions(args);
  const keyOf = (item: string): string => {
    const name = COMPARE === 'FILE_BASENAME' ? nameOf(item) : item;
    return CASE === 'INSENSITIVE' ? lowerCase(name) : name;
  };
  const order = COMPARE === 'NATURAL' ? compareNaturally : compare;
  const sign = ORDER === 'DESCENDING' ? -1 : 1;
  return (items) =>
    items
      .map((item) => ({ item, key: keyOf(item) }))
      .sort((one, other) => sign * order(one.key, other.key))
      .map(({ item }) => item);
}
