import { TooLarge } from '../../failure.js';
import { type Budget, LIMITS } from './budget.js';
import { GROUPS, type Node, readPattern } from './pattern.js';

export interface Match {
  readonly start: number;
  readonly end: number;
  /** Text of group n, the whole at 0; undefined where the group took no part. */
  readonly groups: readonly (string | undefined)[];
}

/** One search in a text: where each group starts and ends, the last time that it was passed. */
class Search {
  readonly starts = new Array<number>(GROUPS).fill(-1);
  readonly ends = new Array<number>(GROUPS).fill(-1);
  end = 0;
  #depth = 0;

  constructor(
    readonly text: string,
    /** What `^` is. */
    readonly from: number,
    readonly budget: Budget,
  ) {}

  try(node: Node, start: number): boolean {
    this.#depth += 1;
    if (this.#depth > LIMITS.patternDepth) throw new TooLarge('a CMake pattern backtracks too deep');
    const matched = this.#match(node, start);
    this.#depth -= 1;
    return matched;
  }

  #match(start: Node, position: number): boolean {
    let node: Node | undefined = start;
    let at = position;
    while (node) {
      this.budget.work(1);
      switch (node.op) {
        case 'end':
          this.end = at;
          return true;
        case 'first':
          if (at !== this.from) return false;
          break;
        case 'last':
          if (at !== this.text.length) return false;
          break;
        case 'one':
          if (at >= this.text.length || node.class[this.text.charCodeAt(at)] !== 1) return false;
          at += 1;
          break;
        case 'repeat':
          return this.#repeat(node, at);
        case 'branch':
          return node.options.some((option) => this.try(option, at));
        case 'open':
        case 'close': {
          if (!this.try(node.next!, at)) return false;
          // A later pass of the same group is deeper, and has set it already.
          const marks = node.op === 'open' ? this.starts : this.ends;
          if (marks[node.group] === -1) marks[node.group] = at;
          return true;
        }
      }
      node = node.next;
    }
    return false;
  }

  #repeat(node: Extract<Node, { op: 'repeat' }>, at: number): boolean {
    let count = 0;
    while (at + count < this.text.length && node.class[this.text.charCodeAt(at + count)] === 1) count += 1;
    this.budget.work(count);
    for (; count >= node.least; count -= 1) {
      if (this.try(node.next!, at + count)) return true;
    }
    return false;
  }
}

/** The first match at or after `from`; `^` matches at `from`. */
export function find(pattern: Node, text: string, from: number, budget: Budget): Match | undefined {
  // Groups are marked on the way back from a match alone, so that one search serves all starts.
  const search = new Search(text, from, budget);
  for (let start = from; start <= text.length; start += 1) {
    if (!search.try(pattern, start)) continue;
    const groups = search.starts.map((begin, group) =>
      begin < 0 ? undefined : text.slice(begin, search.ends[group]),
    );
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
      this.budget.work(pattern.length);
      const node = readPattern(pattern);
      this.#finds.set(pattern, node && ((text, from = 0) => find(node, text, from, this.budget)));
    }
    return this.#finds.get(pattern);
  }
}
