import type { Allowance } from '../../source/limits.js';
import { expand, type Macros, type Token, tokenize } from './macros.js';

/** Binary operators, weakest first. */
const PRECEDENCE: readonly (readonly string[])[] = [
  ['||', 'or'],
  ['&&', 'and'],
  ['|', 'bitor'],
  ['^', 'xor'],
  ['&', 'bitand'],
  ['==', '!=', 'not_eq'],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const SPELT: Readonly<Record<string, string>> = {
  or: '||',
  and: '&&',
  bitor: '|',
  xor: '^',
  bitand: '&',
  not_eq: '!=',
};

const OPERATIONS: Readonly<Record<string, (a: bigint, b: bigint) => bigint | boolean>> = {
  '||': (a, b) => a !== 0n || b !== 0n,
  '&&': (a, b) => a !== 0n && b !== 0n,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '&': (a, b) => a & b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '<<': (a, b) => a << BigInt.asUintN(6, b),
  '>>': (a, b) => a >> BigInt.asUintN(6, b),
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0n ? 0n : a / b),
  '%': (a, b) => (b === 0n ? 0n : a % b),
};

/** Digits of a number that is read; 64 bits take 64 in binary. */
const DIGITS = 128;

/** A pp-number as an integer: hexadecimal, binary, octal or decimal, with suffixes and separators. */
function integer(text: string): bigint {
  if (text.length > DIGITS) return 0n;
  const digits = text.replaceAll("'", '').replace(/[uUlLzZ]+$/, '');
  const spelt = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  return /^(?:0[xX][\da-fA-F]+|0[bB][01]+|0o[0-7]+|\d+)$/.test(spelt) ? BigInt(spelt) : 0n;
}

/** Evaluates expanded tokens in 64-bit signed arithmetic. */
class Expression {
  #at = 0;
  constructor(readonly tokens: readonly Token[]) {}

  value(): bigint {
    const value = this.#binary(0);
    if (!this.#take('?')) return value;
    const yes = this.value();
    this.#take(':');
    const no = this.value();
    return value !== 0n ? yes : no;
  }

  #take(text: string): boolean {
    const is = this.tokens[this.#at]?.text === text;
    if (is) this.#at += 1;
    return is;
  }

  #binary(level: number): bigint {
    const operators = PRECEDENCE[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const next = this.tokens[this.#at]?.text ?? '';
      if (!operators.includes(next)) return left;
      this.#at += 1;
      left = BigInt.asIntN(64, BigInt(OPERATIONS[SPELT[next] ?? next]!(left, this.#binary(level + 1))));
    }
  }

  #unary(): bigint {
    const token = this.tokens[this.#at];
    this.#at += 1;
    switch (token?.text) {
      case '!':
      case 'not':
        return BigInt(this.#unary() === 0n);
      case '-':
        return BigInt.asIntN(64, -this.#unary());
      case '+':
        return this.#unary();
      case '~':
      case 'compl':
        return ~this.#unary();
      case 'true':
        return 1n;
      case '(': {
        const value = this.value();
        this.#take(')');
        return value;
      }
    }
    if (token?.kind === 'number') return BigInt.asIntN(64, integer(token.text));
    if (this.tokens[this.#at]?.text === '(') this.#skipCall();
    return 0n;
  }

  /** The arguments of something that this reader does not know, such as `__has_include`: it counts as 0. */
  #skipCall(): void {
    let depth = 0;
    do {
      const text = this.tokens[this.#at]?.text;
      this.#at += 1;
      if (text === '(') depth += 1;
      else if (text === ')') depth -= 1;
    } while (depth > 0 && this.#at < this.tokens.length);
  }
}

/** True where an `#if` with this condition holds. Unknown names are 0, as in C. Comments are gone already. */
export function holds(condition: string, macros: Macros, allowance: Allowance): boolean {
  return new Expression(expand(tokenize(condition), macros, allowance)).value() !== 0n;
}
