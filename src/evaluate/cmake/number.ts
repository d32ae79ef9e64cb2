/** Numbers as C reads them from text. */

const BLANKS = '[ \\t\\n\\v\\f\\r]*';
const WHOLE = new RegExp(`^${BLANKS}[+-]?\\d+`);
const REAL = new RegExp(
  `^${BLANKS}([+-]?)(?:(0x(?:[0-9a-f]+\\.?[0-9a-f]*|\\.[0-9a-f]+)(?:p[+-]?\\d+)?)|((?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?)|(inf(?:inity)?)|(nan(?:\\(\\w*\\))?))`,
  'i',
);

/** No number of 64 bits is longer: blanks and leading zeros in such a number are not what anyone writes. */
const LONGEST = 100;

/** `strtol` on the whole text; undefined where it is no number or out of 64 bits. */
export function wholeNumber(text: string): bigint | undefined {
  const match = WHOLE.exec(text);
  if (match?.[0].length !== text.length || text.length > LONGEST) return undefined;
  const value = BigInt(text.trim().replace(/^\+/, ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** An index: what `strtol` gives, cut to 32 bits. */
export function index(text: string): number | undefined {
  const value = wholeNumber(text);
  return value === undefined ? undefined : Number(BigInt.asIntN(32, value));
}

/** `atoi`: leading digits, or 0. */
export const leadingInteger = (text: string): number => Number(WHOLE.exec(text)?.[0] ?? 0);

/** `std::stoi`: undefined where no digit leads or it does not fit into 32 bits; `rest` is what follows. */
export function prefixInteger(text: string): { readonly value: number; readonly rest: string } | undefined {
  const match = WHOLE.exec(text);
  if (!match) return undefined;
  const value = Number(match[0]);
  return value === (value | 0) ? { value, rest: text.slice(match[0].length) } : undefined;
}

function hexadecimal(text: string): number {
  const [, whole = '', part = '', power = '0'] = /^0x([0-9a-f]*)\.?([0-9a-f]*)(?:p(.*))?$/i.exec(text)!;
  const mantissa = [...(whole + part)].reduce((sum, digit) => sum * 16 + Number.parseInt(digit, 16), 0);
  return mantissa * 2 ** (Number(power) - 4 * part.length);
}

/** `strtod` at the start of a text; undefined where none stands there. */
export function leadingReal(text: string): { readonly value: number; readonly end: number } | undefined {
  const match = REAL.exec(text);
  if (!match) return undefined;
  const [all, sign, hex, decimal, infinite] = match;
  const size = hex ? hexadecimal(hex) : decimal ? Number(decimal) : infinite ? Infinity : NaN;
  return { value: sign === '-' ? -size : size, end: all.length };
}
