import { TooLarge } from '../../failure.js';
import { fail } from './error.js';

const TOKEN = /0[xX][0-9a-fA-F]+|\d+|<<|>>|[-+*/%|&^~()]/g;
const NESTING = 100;
const MAX = (1n << 63n) - 1n;

/** Binary operators, loosest first; those of a row bind alike, from left to right. */
const ROWS = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '%']];

const divisor = (value: bigint): bigint => (value === 0n ? fail('math divide by zero') : value);
/** A shift by more than there are bits has no meaning in C. */
const shift = (by: bigint): bigint =>
  by >= 0n && by < 64n ? by : fail(`math shift by ${by} is not evaluated`);

const OPERATORS: Readonly<Record<string, (left: bigint, right: bigint) => bigint>> = {
  '|': (left, right) => left | right,
  '^': (left, right) => left ^ right,
  '&': (left, right) => left & right,
  '<<': (left, right) => left << shift(right),
  '>>': (left, right) => left >> shift(right),
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / divisor(right),
  '%': (left, right) => left % divisor(right),
};

const SIGNS: Readonly<Record<string, (value: bigint) => bigint>> = {
  '+': (value) => value,
  '-': (value) => -value,
  '~': (value) => ~value,
};

class Expression {
  #at = 0;
  #token = '';
  #depth = 0;

  constructor(readonly text: string) {
    this.#advance();
  }

  value(): bigint {
    const value = this.#row(0);
    return this.#token === '' ? value : this.#fail();
  }

  #fail(): never {
    return fail(`math cannot parse the expression: "${this.text}": syntax error`);
  }

  /** To the next token. What is none, CMake warns of and passes over. */
  #advance(): void {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.text);
    this.#at = match ? TOKEN.lastIndex : this.text.length;
    this.#token = match?.[0] ?? '';
  }

  #row(level: number): bigint {
    const operators = ROWS[level];
    if (!operators) return this.#unary();
    let value = this.#row(level + 1);
    while (operators.includes(this.#token)) {
      const operator = OPERATORS[this.#token]!;
      this.#advance();
      value = BigInt.asIntN(64, operator(value, this.#row(level + 1)));
    }
    return value;
  }

  #unary(): bigint {
    const token = this.#token;
    this.#depth += 1;
    if (this.#depth > NESTING) throw new TooLarge(`a CMake expression nests deeper than ${NESTING}`);
    this.#advance();
    const value = this.#operand(token);
    this.#depth -= 1;
    return value;
  }

  #operand(token: string): bigint {
    const sign = Object.hasOwn(SIGNS, token) ? SIGNS[token] : undefined;
    if (sign) return BigInt.asIntN(64, sign(this.#unary()));
    if (token === '(') {
      const value = this.#row(0);
      if (this.#token !== ')') this.#fail();
      this.#advance();
      return value;
    }
    if (!/^\d/.test(token)) this.#fail();
    const number = token.length > 100 ? MAX + 1n : BigInt(token);
    return number > MAX ? fail(`math a numeric value is out of range in "${this.text}"`) : number;
  }
}

/** A value of `math(EXPR)`: integers of 64 bits, as C computes with them. */
export function calculate(expression: string): bigint {
  return new Expression(expression).value();
}
