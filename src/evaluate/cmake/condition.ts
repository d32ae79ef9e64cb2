import { TooLarge } from '../../failure.js';
import { fail } from './error.js';
import { leadingReal } from './number.js';
import { constantTruth, isOff } from './truth.js';
import { compareVersions } from './version.js';

/** An argument of `if`; what is quoted is neither a keyword nor the name of a variable. */
export interface Operand {
  readonly value: string;
  readonly quoted: boolean;
}

/** What a condition asks of the evaluation around it. */
export interface Facts {
  variable(name: string): string | undefined;
  /** The elements of a list variable, empty ones too. */
  list(name: string): readonly string[] | undefined;
  /** What DEFINED says; also of `ENV{…}` and `CACHE{…}`. */
  isDefined(name: string): boolean;
  isCommand(name: string): boolean;
  isPolicy(name: string): boolean;
  exists(path: string): boolean;
  isFolder(path: string): boolean;
  /** Sets CMAKE_MATCH_n. Undefined where the pattern does not compile. */
  matches(text: string, pattern: string): boolean | undefined;
}

type Predicate = (facts: Facts, value: string) => boolean;

const PREDICATES: Readonly<Record<string, Predicate>> = {
  EXISTS: (facts, value) => facts.exists(value),
  IS_DIRECTORY: (facts, value) => facts.isFolder(value),
  IS_SYMLINK: () => false,
  IS_ABSOLUTE: (_facts, value) => /^[/~]/.test(value),
  COMMAND: (facts, value) => facts.isCommand(value),
  POLICY: (facts, value) => facts.isPolicy(value),
  // No target and no test is ever made: what would make one does nothing here.
  TARGET: () => false,
  TEST: () => false,
  DEFINED: (facts, value) => facts.isDefined(value),
};

const ORDERS: readonly (readonly [string, (sign: number) => boolean])[] = [
  ['LESS_EQUAL', (sign) => sign <= 0],
  ['GREATER_EQUAL', (sign) => sign >= 0],
  ['LESS', (sign) => sign < 0],
  ['GREATER', (sign) => sign > 0],
  ['EQUAL', (sign) => sign === 0],
];

const sign = <T extends string | number>(left: T, right: T): number =>
  left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;

function compareNumbers(left: string, right: string): number {
  const [a, b] = [leadingReal(left), leadingReal(right)];
  return a && b ? sign(a.value, b.value) : Number.NaN;
}

type Comparison = (left: string, right: string) => boolean;

/** Every comparison by its keyword: `VERSION_LESS`, `STREQUAL`, `GREATER_EQUAL`, … */
const COMPARISONS = new Map<string, Comparison>(
  (
    [
      ['', compareNumbers],
      ['STR', sign],
      ['VERSION_', compareVersions],
    ] as const
  ).flatMap(([prefix, compare]) =>
    ORDERS.map(([name, holds]): [string, Comparison] => [
      `${prefix}${name}`,
      (left, right) => holds(compare(left, right)),
    ]),
  ),
);

/** Operands of one condition, and parentheses in parentheses. */
const OPERANDS = 10_000;
const DEPTH = 100;

const truth = (value: boolean): Operand => ({ value: value ? '1' : '0', quoted: true });

/**
 * Conditions, reduced in passes from left to right as CMake does it: parentheses, predicates, comparisons,
 * NOT, and then AND and OR alike. In a pass what was just reduced is not taken as a left operand again, so
 * that `a OR b AND c OR d` is `(a OR b) AND (c OR d)`.
 */
export class Condition {
  /** As in CMake, a later part that is right forgets the error of an earlier one in parentheses. */
  #error: string | undefined;
  #depth = 0;

  constructor(readonly facts: Facts) {}

  /** Throws CMakeError where CMake does not take the condition. */
  holds(operands: readonly Operand[]): boolean {
    if (operands.length > OPERANDS)
      throw new TooLarge(`a CMake condition has more than ${OPERANDS} operands`);
    const value = this.#isTrue(operands);
    if (this.#error !== undefined) {
      const given = operands.map((operand) => JSON.stringify(operand.value)).join(' ');
      fail(`given arguments: ${given} ${this.#error}`);
    }
    return value;
  }

  #isTrue(operands: readonly Operand[]): boolean {
    this.#error = undefined;
    if (operands.length === 0) return false;
    const list = [...operands];
    for (const level of [this.#parentheses, this.#predicates, this.#comparisons, this.#not, this.#andOr]) {
      for (let before = list.length + 1; list.length < before; ) {
        before = list.length;
        if (!level.call(this, list)) return false;
      }
    }
    if (list.length === 1) return this.#boolean(list[0]!);
    this.#error = 'Unknown arguments specified';
    return false;
  }

  #keyword({ value, quoted }: Operand): string {
    return quoted ? '' : value;
  }

  #definition({ value, quoted }: Operand): string | undefined {
    return quoted ? undefined : this.facts.variable(value);
  }

  #text(operand: Operand): string {
    return this.#definition(operand) ?? operand.value;
  }

  #boolean(operand: Operand): boolean {
    return constantTruth(operand.value) ?? !isOff(this.#definition(operand));
  }

  /** The passes shorten the list; false where the condition ends with an error. */
  #parentheses(list: Operand[]): boolean {
    for (let at = 0; at < list.length; at += 1) {
      if (this.#keyword(list[at]!) !== '(') continue;
      let depth = 1;
      let end = at + 1;
      for (; end < list.length && depth > 0; end += 1) {
        const word = this.#keyword(list[end]!);
        depth += word === '(' ? 1 : word === ')' ? -1 : 0;
      }
      if (depth > 0) {
        this.#error = 'mismatched parenthesis in condition';
        return false;
      }
      this.#depth += 1;
      if (this.#depth > DEPTH) throw new TooLarge(`CMake conditions nest deeper than ${DEPTH}`);
      const value = this.#isTrue(list.slice(at + 1, end - 1));
      this.#depth -= 1;
      list.splice(at, end - at, truth(value));
    }
    return true;
  }

  #predicates(list: Operand[]): boolean {
    for (let at = 0; at + 1 < list.length; at += 1) {
      const word = this.#keyword(list[at]!);
      const predicate = Object.hasOwn(PREDICATES, word) ? PREDICATES[word] : undefined;
      if (predicate) list.splice(at, 2, truth(predicate(this.facts, list[at + 1]!.value)));
    }
    return true;
  }

  #comparisons(list: Operand[]): boolean {
    for (let at = 0; at < list.length; at += 1) {
      const [left, operator, right] = [list[at]!, list[at + 1], list[at + 2]];
      if (operator && this.#keyword(left) === 'MATCHES') list.splice(at, 2, truth(false));
      else if (operator && right) {
        const value = this.#compare(left, this.#keyword(operator), right);
        if (this.#error !== undefined) return false;
        if (value !== undefined) list.splice(at, 3, truth(value));
      }
    }
    return true;
  }

  #compare(left: Operand, operator: string, right: Operand): boolean | undefined {
    const compare = COMPARISONS.get(operator);
    if (compare) return compare(this.#text(left), this.#text(right));
    switch (operator) {
      case 'MATCHES': {
        const matched = this.facts.matches(this.#text(left), right.value);
        if (matched === undefined) this.#error = `Regular expression "${right.value}" cannot compile`;
        return matched;
      }
      case 'IN_LIST': {
        // The empty list has one element here, which is empty.
        const list = this.facts.list(right.value);
        const text = this.#text(left);
        return list !== undefined && (list.length === 0 ? text === '' : list.includes(text));
      }
      case 'IS_NEWER_THAN':
      case 'PATH_EQUAL':
        return fail(`${operator} is not evaluated`);
      default:
        return undefined;
    }
  }

  #not(list: Operand[]): boolean {
    for (let at = 0; at + 1 < list.length; at += 1) {
      if (this.#keyword(list[at]!) === 'NOT') list.splice(at, 2, truth(!this.#boolean(list[at + 1]!)));
    }
    return true;
  }

  #andOr(list: Operand[]): boolean {
    for (let at = 0; at + 2 < list.length; at += 1) {
      const word = this.#keyword(list[at + 1]!);
      if (word !== 'AND' && word !== 'OR') continue;
      const [left, right] = [this.#boolean(list[at]!), this.#boolean(list[at + 2]!)];
      list.splice(at, 3, truth(word === 'AND' ? left && right : left || right));
    }
    return true;
  }
}
