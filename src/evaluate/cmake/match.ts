import { TooLarge } from '../../failure.js';
import { type Budget, LIMITS } from './budget.js';
import { GROUPS, type Node, readPattern } from './pattern.js';

export interface Match {
  readonly start: number;
  readonly end: number;
  /** Text of group n, the whole at 0; undefined where the group took no part. */
  readonly groups: readonly (string | undefined)[];
}

/** Where a search can go another way: the next option of a branch, or one repetition fewer. */
interface Choice {
  readonly node: Extract<Node, { op: 'branch' | 'repeat' }>;
  /** The option, or the number of repetitions. */
  readonly next: number;
  readonly at: number;
  /** How much of the trail was there. */
  readonly trail: number;
}

/** One search in a text. It backtracks on a stack of its own, so that no text is too long for it. */
class Search {
  /** Where group n started and ended when it was last passed: 2n and 2n + 1. */
  readonly marks = new Array<number>(2 * GROUPS).fill(-1);
  end = 0;
  readonly #choices: Choice[] = [];
  /** Marks as they were before they were set, to take back: pairs of index and value. */
  readonly #trail: number[] = [];

  constructor(
    readonly text: string,
    /** What `^` is. */
    readonly from: number,
    readonly budget: Budget,
  ) {}

  /** Whether the pattern matches at `start`. Leaves nothing behind where it does not. */
  try(pattern: Node, start: number): boolean {
    let node: Node | undefined = pattern;
    let at = start;
    while (node) {
      this.budget.steps(1);
      const next: number | undefined = this.#step(node, at);
      if (node.op === 'end' && next !== undefined) {
        this.end = at;
        return true;
      }
      if (next === undefined) {
        const choice = this.#choices.pop();
        this.#takeBack(choice?.trail ?? 0);
        if (!choice) return false;
        at = this.#enter(choice);
        node = choice.node.op === 'branch' ? choice.node.options[choice.next] : choice.node.next;
      } else {
        at = next;
        node = node.op === 'branch' ? node.options[0] : node.next;
      }
    }
    return false;
  }

  /** Where a node that matches leaves off; undefined where it does not match. */
  #step(node: Node, at: number): number | undefined {
    switch (node.op) {
      case 'end':
        return at;
      case 'first':
        return at === this.from ? at : undefined;
      case 'last':
        return at === this.text.length ? at : undefined;
      case 'one':
        return node.class[this.text.charCodeAt(at)] === 1 ? at + 1 : undefined;
      case 'open':
      case 'close':
        this.#mark(2 * node.group + (node.op === 'open' ? 0 : 1), at);
        return at;
      case 'branch':
        return this.#enter({ node, next: 0, at, trail: this.#trail.length });
      case 'repeat':
        return this.#repeat(node, at);
    }
  }

  #repeat(node: Extract<Node, { op: 'repeat' }>, at: number): number | undefined {
    let next = 0;
    while (node.class[this.text.charCodeAt(at + next)] === 1) next += 1;
    this.budget.work(next);
    return next < node.least ? undefined : this.#enter({ node, next, at, trail: this.#trail.length });
  }

  /** Takes a choice, and notes the one after it. */
  #enter(choice: Choice): number {
    const { node, next, at } = choice;
    const after = node.op === 'branch' ? next + 1 : next - 1;
    if (node.op === 'branch' ? after < node.options.length : after >= node.least) {
      this.#choices.push({ ...choice, next: after });
      if (this.#choices.length > LIMITS.choices) throw new TooLarge('a CMake pattern backtracks too deep');
    }
    return node.op === 'branch' ? at : at + next;
  }

  #mark(index: number, at: number): void {
    this.#trail.push(index, this.marks[index]!);
    this.marks[index] = at;
  }

  #takeBack(length: number): void {
    while (this.#trail.length > length) {
      const value = this.#trail.pop()!;
      this.marks[this.#trail.pop()!] = value;
    }
  }
}

/** The first match at or after `from`; `^` matches at `from`. */
export function find(pattern: Node, text: string, from: number, budget: Budget): Match | undefined {
  const search = new Search(text, from, budget);
  for (let start = from; start <= text.length; start += 1) {
    if (!search.try(pattern, start)) continue;
    const groups = Array.from({ length: GROUPS }, (_none, group) => {
      const [begin, end] = [search.marks[2 * group]!, search.marks[2 * group + 1]!];
      return begin < 0 ? undefined : text.slice(begin, end);
    });
    groups[0] = text.slice(start, search.end);
    return { start, end: search.end, groups };
  }
  return undefined;
}

/** Looks for a pattern from a place of a text on. */
export type Find = (text: string, from?: number) => Match | undefined;

/** The patterns of one evaluation, each read once. */
export class Patterns {
  readonly #finds = new Map<string, Find | undefined>();

  constructor(readonly budget: Budget) {}

  /** Undefined where CMake could not compile the pattern. */
  read(pattern: string): Find | undefined {
    if (!this.#finds.has(pattern)) {
      this.budget.steps(2 * pattern.length);
      const node = readPattern(pattern);
      this.#finds.set(pattern, node && ((text, from = 0) => find(node, text, from, this.budget)));
    }
    return this.#finds.get(pattern);
  }
}
