/** Python's operators on the values that we know. */
import { same, type Value } from '../value.js';

export const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '%': (a, b) => a - b * Math.floor(a / b),
  '**': (a, b) => a ** b,
};

type Comparison = (a: Value, b: Value) => boolean | undefined;

/** Order is defined between numbers, between strings, and between tuples of them. */
function ordered(test: (sign: number) => boolean): Comparison {
  const signOf = (a: Value, b: Value): number | undefined => {
    if (Array.isArray(a) && Array.isArray(b)) {
      const at = a.findIndex((member, index) => index >= b.length || !same(member, b[index]!));
      return at < 0 ? a.length - b.length : at >= b.length ? 1 : signOf(a[at]!, b[at]!);
    }
    const kinds = typeof a === typeof b && (typeof a === 'number' || typeof a === 'string');
    return kinds ? (a! < b! ? -1 : Number(a! > b!)) : undefined;
  };
  return (a, b) => {
    const sign = signOf(a, b);
    return sign === undefined ? undefined : test(sign);
  };
}

const among: Comparison = (a, b) => {
  if (typeof b === 'string') return b.includes(String(a));
  return Array.isArray(b) ? b.some((member) => same(a, member)) : undefined;
};

export const COMPARISONS: Record<string, Comparison> = {
  '==': same,
  '!=': (a, b) => !same(a, b),
  is: same,
  'is not': (a, b) => !same(a, b),
  '<': ordered((sign) => sign < 0),
  '<=': ordered((sign) => sign <= 0),
  '>': ordered((sign) => sign > 0),
  '>=': ordered((sign) => sign >= 0),
  in: among,
  'not in': (a, b) => {
    const found = among(a, b);
    return found === undefined ? undefined : !found;
  },
};
