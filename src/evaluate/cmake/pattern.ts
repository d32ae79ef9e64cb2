import { LIMITS } from './budget.js';

/**
 * CMake's regular expressions, read into a graph of nodes. They are Henry Spencer's: alternatives are tried
 * in their order and repetitions are greedy, with backtracking; a backslash only takes the next character
 * literally, `^` and `$` are the ends of the text wherever they stand, and classes know ranges alone.
 */

/** Which of the 256 characters are taken. */
type Class = Uint8Array;

export type Node =
  | { readonly op: 'end' | 'first' | 'last'; next?: Node }
  | { readonly op: 'one'; readonly class: Class; next?: Node }
  | { readonly op: 'repeat'; readonly class: Class; readonly least: number; next?: Node }
  | { readonly op: 'open' | 'close'; readonly group: number; next?: Node }
  | { readonly op: 'branch'; readonly options: Node[] };

/** Makes the nodes of a part, given what follows it. */
type Part = (next: Node) => Node;

interface Piece {
  readonly part: Part;
  /** Never matches the empty text. */
  readonly wide: boolean;
  /** A single character of a class, which can be repeated in a loop. */
  readonly class?: Class;
}

export const GROUPS = 10;
const MULTIPLE = /[*+?]/;

class PatternError extends Error {}

const anyOf = (characters: Iterable<number>): Class => {
  const set = new Uint8Array(256);
  for (const code of characters) set[code] = 1;
  return set;
};
const ANY = new Uint8Array(256).fill(1);
const ALONE: readonly Class[] = Array.from({ length: 256 }, (_none, code) => anyOf([code]));
const alone = (code: number): Class => ALONE[code] ?? anyOf([]);

const single = (set: Class): Piece => ({
  class: set,
  wide: true,
  part: (next) => ({ op: 'one', class: set, next }),
});

class Reader {
  #at = 0;
  #groups = 1;

  constructor(readonly text: string) {}

  read(): Node {
    const { part } = this.#alternatives();
    if (this.#at < this.text.length) throw new PatternError('unmatched )');
    return part({ op: 'end' });
  }

  #peek(): string {
    return this.text[this.#at] ?? '';
  }

  #alternatives(): Piece {
    const branches = [this.#branch()];
    while (this.#peek() === '|') {
      this.#at += 1;
      branches.push(this.#branch());
    }
    const wide = branches.every((branch) => branch.wide);
    if (branches.length === 1) return { part: branches[0]!.part, wide };
    return { part: (next) => ({ op: 'branch', options: branches.map(({ part }) => part(next)) }), wide };
  }

  #branch(): Piece {
    const pieces: Piece[] = [];
    while (this.#at < this.text.length && this.#peek() !== '|' && this.#peek() !== ')') {
      pieces.push(this.#piece());
    }
    return {
      part: (next) => pieces.reduceRight((rest, { part }) => part(rest), next),
      wide: pieces.some(({ wide }) => wide),
    };
  }

  #piece(): Piece {
    const atom = this.#atom();
    const sign = this.#peek();
    if (!MULTIPLE.test(sign)) return atom;
    if (!atom.wide && sign !== '?') throw new PatternError('the operand of * or + could be empty');
    this.#at += 1;
    if (MULTIPLE.test(this.#peek())) throw new PatternError('nested *, ? or +');
    return { part: repeated(atom, sign), wide: sign === '+' };
  }

  #atom(): Piece {
    const char = this.#peek();
    this.#at += 1;
    switch (char) {
      case '^':
        return { part: (next) => ({ op: 'first', next }), wide: false };
      case '$':
        return { part: (next) => ({ op: 'last', next }), wide: false };
      case '.':
        return single(ANY);
      case '[':
        return single(this.#class());
      case '(':
        return this.#group();
      case '*':
      case '+':
      case '?':
        throw new PatternError(`${char} follows nothing`);
      case '\\':
        if (this.#at >= this.text.length) throw new PatternError('trailing backslash');
        this.#at += 1;
        return single(alone(this.text.charCodeAt(this.#at - 1)));
      default:
        return single(alone(char.charCodeAt(0)));
    }
  }

  #group(): Piece {
    const group = this.#groups;
    if (group >= GROUPS) throw new PatternError('too many parentheses');
    this.#groups += 1;
    const { part, wide } = this.#alternatives();
    if (this.#peek() !== ')') throw new PatternError('unmatched (');
    this.#at += 1;
    return {
      part: (next) => ({ op: 'open', group, next: part({ op: 'close', group, next }) }),
      wide,
    };
  }

  #class(): Class {
    const but = this.#peek() === '^';
    if (but) this.#at += 1;
    const codes: number[] = [];
    const take = (): void => {
      codes.push(this.text.charCodeAt(this.#at));
      this.#at += 1;
    };
    if (this.#peek() === ']' || this.#peek() === '-') take();
    while (this.#at < this.text.length && this.#peek() !== ']') {
      if (this.#peek() === '-') this.#range(codes);
      else take();
    }
    if (this.#peek() !== ']') throw new PatternError('unmatched [');
    this.#at += 1;
    const set = anyOf(codes);
    return but ? set.map((taken) => 1 - taken) : set;
  }

  /** At the `-` of a range, whose first character is taken already; at the end of a class it is itself. */
  #range(codes: number[]): void {
    this.#at += 1;
    if (this.#peek() === ']' || this.#peek() === '') {
      codes.push('-'.charCodeAt(0));
      return;
    }
    const from = this.text.charCodeAt(this.#at - 2);
    const to = this.text.charCodeAt(this.#at);
    if (from > to) throw new PatternError('invalid range in []');
    for (let code = from + 1; code <= to; code += 1) codes.push(code);
    this.#at += 1;
  }
}

function repeated({ part, class: set }: Piece, sign: string): Part {
  if (sign === '?') return (next) => ({ op: 'branch', options: [part(next), next] });
  if (set) return (next) => ({ op: 'repeat', class: set, least: sign === '+' ? 1 : 0, next });
  return (next) => {
    const loop: Node = { op: 'branch', options: [] };
    const once = part(loop);
    loop.options.push(once, next);
    return sign === '+' ? once : loop;
  };
}

/** Reads a pattern; undefined where CMake could not compile it. */
export function readPattern(text: string): Node | undefined {
  if (text.length > LIMITS.patternText) return undefined;
  try {
    return new Reader(text).read();
  } catch (error) {
    if (error instanceof PatternError) return undefined;
    throw error;
  }
}
