import { configure } from '../configure.js';
import { fail } from '../error.js';
import { leadingInteger, wholeNumber } from '../number.js';
import { lowerCase, strip, stripGenerators, upperCase } from '../text.js';
import { type Commands, type Simple, type Subcommands, simple, subcommand } from './command.js';
import { regex } from './string-regex.js';

function counted(args: readonly string[], least: number, most = least): void {
  if (args.length < least || args.length > most)
    fail(`string sub-command ${args[0]} is given ${args.length - 1} arguments`);
}
const MANY = Number.POSITIVE_INFINITY;

/** `string(X input variable)` */
const mapped =
  (map: (text: string) => string): Simple =>
  ({ variables }, args) => {
    counted(args, 3);
    variables.set(args[2]!, map(args[1]!));
  };

const COMPARISONS: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  EQUAL: (left, right) => left === right,
  NOTEQUAL: (left, right) => left !== right,
  LESS: (left, right) => left < right,
  LESS_EQUAL: (left, right) => left <= right,
  GREATER: (left, right) => left > right,
  GREATER_EQUAL: (left, right) => left >= right,
};

const hexadecimal = (text: string): string =>
  [...text].map((char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('');

const SUBCOMMANDS: Subcommands = {
  REGEX: regex,
  REPLACE({ budget, variables }, args) {
    counted(args, 5, MANY);
    const [, search, replacement, variable, ...input] = args;
    const text = input.join('');
    variables.set(variable!, search === '' ? text : budget.replaced(text, search!, replacement!));
  },
  TOLOWER: mapped(lowerCase),
  TOUPPER: mapped(upperCase),
  STRIP: mapped(strip),
  HEX: mapped(hexadecimal),
  LENGTH: mapped((text) => String(text.length)),
  GENEX_STRIP: mapped(stripGenerators),
  MAKE_C_IDENTIFIER: mapped((text) => text.replace(/^(?=\d)/, '_').replace(/[^A-Za-z0-9_]/g, '_')),
  COMPARE({ variables }, args) {
    counted(args, 5, MANY);
    const [, mode, left, right, variable] = args;
    const compare = Object.hasOwn(COMPARISONS, mode!) ? COMPARISONS[mode!] : undefined;
    if (!compare) return fail(`string sub-command COMPARE does not recognize mode ${mode}`);
    variables.set(variable!, compare(left!, right!) ? '1' : '0');
  },
  ASCII({ variables }, args) {
    counted(args, 3, MANY);
    const codes = args.slice(1, -1).map((text) => {
      const code = leadingInteger(text);
      return code > 0 && code < 256 ? code : fail(`string Character with code ${text} does not exist.`);
    });
    variables.set(args.at(-1)!, codes.map((code) => String.fromCharCode(code)).join(''));
  },
  CONFIGURE({ variables }, args) {
    counted(args, 3, MANY);
    const [, input, variable, ...options] = args;
    const unknown = options.find((option) => option !== '@ONLY' && option !== 'ESCAPE_QUOTES');
    if (unknown !== undefined) fail(`string Unrecognized argument "${unknown}"`);
    if (options.includes('ESCAPE_QUOTES')) fail('string(CONFIGURE … ESCAPE_QUOTES) is not evaluated');
    variables.set(variable!, configure(variables, input!, options.includes('@ONLY')));
  },
  APPEND({ variables }, args) {
    counted(args, 2, MANY);
    const [, variable, ...more] = args;
    if (more.length > 0) variables.set(variable!, variables.text(variable!) + more.join(''));
  },
  PREPEND({ variables }, args) {
    counted(args, 2, MANY);
    const [, variable, ...more] = args;
    if (more.length > 0) variables.set(variable!, more.join('') + variables.text(variable!));
  },
  CONCAT({ variables }, args) {
    counted(args, 2, MANY);
    variables.set(args[1]!, args.slice(2).join(''));
  },
  JOIN({ variables, budget }, args) {
    counted(args, 3, MANY);
    const [, glue, variable, ...texts] = args;
    budget.fits(texts.length * glue!.length);
    variables.set(variable!, texts.join(glue));
  },
  SUBSTRING({ variables }, args) {
    counted(args, 5);
    const [, text, first, size, variable] = args;
    const [begin, length] = [leadingInteger(first!), leadingInteger(size!)];
    if (begin < 0 || begin > text!.length)
      fail(`string begin index: ${begin} is out of range 0 - ${text!.length}`);
    if (length < -1) fail(`string end index: ${length} should be -1 or greater`);
    variables.set(variable!, text!.slice(begin, length < 0 ? undefined : begin + length));
  },
  REPEAT({ budget, variables }, args) {
    counted(args, 4);
    const [, text, times, variable] = args;
    const count = wholeNumber(times!) ?? -1n;
    if (count < 0n) fail('string sub-command REPEAT repeat count is not a positive number.');
    budget.fits(text!.length * Number(count));
    variables.set(variable!, text === '' ? '' : text!.repeat(Number(count)));
  },
  FIND({ variables }, args) {
    counted(args, 4, 5);
    const [, text, searched, variable, reverse] = args;
    if ((reverse ?? 'REVERSE') !== 'REVERSE' || variable === 'REVERSE')
      fail('string sub-command FIND: unknown last parameter');
    const at = reverse === undefined ? text!.indexOf(searched!) : text!.lastIndexOf(searched!);
    variables.set(variable!, String(at));
  },
};

const string: Simple = (run, args, statement) => {
  const own = subcommand(SUBCOMMANDS, args[0]) ?? fail(`string(${args[0] ?? ''}) is not evaluated`);
  return own(run, args, statement);
};

export const STRINGS: Commands = { string: simple(string) };
