import { fail } from '../error.js';
import type { Interpreter } from '../interpreter.js';
import { joinList, splitList } from '../list.js';
import { wholeNumber } from '../number.js';
import { type Commands, type Simple, simple } from './command.js';

type Kind = 'option' | 'single' | 'multi';

/** What a call's arguments hold for each keyword. */
class Parsed {
  readonly values = new Map<string, string[]>();
  readonly unparsed: string[] = [];
  readonly missing = new Set<string>();
  #keyword: string | undefined;
  #seen = 0;
  /** Where the next value goes. */
  #into: string[] | undefined;

  constructor(readonly kinds: ReadonlyMap<string, Kind>) {}

  parse(args: readonly string[]): this {
    for (const arg of args) this.#take(arg);
    this.#finish();
    return this;
  }

  #take(arg: string): void {
    const kind = this.kinds.get(arg);
    if (kind) {
      this.#finish();
      this.#keyword = arg;
      this.#seen = 0;
      const values = this.values.get(arg) ?? [];
      this.values.set(arg, values);
      this.#into = kind === 'option' ? undefined : values;
    } else if (this.#into) {
      this.#seen += 1;
      if (this.kinds.get(this.#keyword!) === 'single') {
        this.#into[0] = arg;
        this.#into = undefined;
      } else this.#into.push(arg);
    } else this.unparsed.push(arg);
  }

  #finish(): void {
    const keyword = this.#keyword;
    if (keyword !== undefined && this.#seen === 0 && this.kinds.get(keyword) !== 'option')
      this.missing.add(keyword);
  }
}

/** The arguments of the function that runs, from `ARGV<start>` on. */
function argv({ variables }: Interpreter, start: string): string[] {
  const first = wholeNumber(start);
  const count = wholeNumber(variables.text('ARGC'));
  if (first === undefined || first < 0) return fail(`PARSE_ARGV index '${start}' is not an unsigned integer`);
  if (count === undefined || count < 0)
    return fail(`PARSE_ARGV called with ARGC='${variables.text('ARGC')}'`);
  const args: string[] = [];
  for (let index = first; index < count; index += 1n) {
    args.push(variables.get(`ARGV${index}`) ?? fail(`PARSE_ARGV called with ARGV${index} not set`));
  }
  return args;
}

const parseArguments: Simple = (run, args) => {
  if (args.length < 4) fail('cmake_parse_arguments must be called with at least 4 arguments.');
  const fromArgv = args[0] === 'PARSE_ARGV';
  if (fromArgv && args.length !== 6) fail('PARSE_ARGV must be called with exactly 6 arguments.');
  const [prefix, options, singles, multis, ...rest] = fromArgv ? args.slice(2) : args;
  const kinds = new Map<string, Kind>();
  for (const [kind, names] of [
    ['option', options],
    ['single', singles],
    ['multi', multis],
  ] as const) {
    for (const name of splitList(names!)) if (!kinds.has(name)) kinds.set(name, kind);
  }
  const given = fromArgv ? argv(run, args[1]!) : rest.flatMap((arg) => splitList(arg));
  const parsed = new Parsed(kinds).parse(given);
  const list = (values: readonly string[]): string | undefined =>
    values.length === 0
      ? undefined
      : joinList(fromArgv ? values.map((value) => value.replaceAll(';', '\\;')) : values);
  const put = (name: string, value: string | undefined): void =>
    run.variables.put(`${prefix}_${name}`, value);
  for (const [name, kind] of kinds) {
    const values = parsed.values.get(name);
    if (kind === 'option') put(name, values ? 'TRUE' : 'FALSE');
    else if (kind === 'single') put(name, values?.[0] || undefined);
    else put(name, list(values ?? []));
  }
  put('UNPARSED_ARGUMENTS', list(parsed.unparsed));
  const missing = [...parsed.missing].sort();
  put('KEYWORDS_MISSING_VALUES', missing.length === 0 ? undefined : joinList(missing));
};

/** Words of a command line as a Unix shell takes them: quotes and backslashes, and nothing else. */
function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at]!;
    if (char === '\\') {
      at += 1;
      if (at < line.length) word = (word ?? '') + line[at]!;
    } else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
      word ??= '';
    } else if (quote === '' && /[ \t\n\v\f\r]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  return word === undefined ? words : [...words, word];
}

const separateArguments: Simple = ({ variables }, args) => {
  const [variable, mode, line, ...rest] = args;
  if (variable === undefined) return fail('separate_arguments must be given at least one argument.');
  if (mode === undefined) {
    const value = variables.get(variable);
    if (value !== undefined) variables.set(variable, value.replaceAll(' ', ';'));
  } else if (
    (mode === 'UNIX_COMMAND' || mode === 'NATIVE_COMMAND') &&
    line !== 'PROGRAM' &&
    rest.length === 0
  ) {
    variables.set(variable, joinList(shellWords(line ?? '').map((word) => word.replaceAll(';', '\\;'))));
  } else fail(`separate_arguments(${mode}) in this form is not evaluated`);
};

export const ARGUMENTS: Commands = {
  cmake_parse_arguments: simple(parseArguments),
  separate_arguments: simple(separateArguments),
};
