import { TooLarge } from '../../failure.js';
import { CMakeError } from './error.js';

/**
 * Text of an argument, read once: literal parts and references to variables. Names are templates too,
 * `${A_${B}}`; what a variable holds is never read again.
 */
export type Part = string | Reference;
export type Template = readonly Part[];

export interface Reference {
  readonly domain: 'variable' | 'environment' | 'cache';
  readonly name: Template;
}

export interface Notation {
  /** `\n`, `\"` and so on; `\;` is left to the list. */
  readonly escapes: boolean;
  /** `${NAME}` */
  readonly dollar: boolean;
  /** `@NAME@` */
  readonly at: boolean;
}

/** As in the arguments of commands. */
export const ARGUMENT: Notation = { escapes: true, dollar: true, at: false };

const OPENERS = [
  ['${', 'variable'],
  ['$ENV{', 'environment'],
  ['$CACHE{', 'cache'],
] as const;
const NAMED = /\$([A-Za-z0-9/_.+-]+)\{/y;
const AT_NAME = /@([A-Za-z0-9/_.+-]+)@/y;
/** Runs of what stands for itself, outside and inside of a reference. */
const PLAIN = /[^$\\@}]+/y;
const NAME = /[A-Za-z0-9/_.+\n-]+/y;
const NESTING = 50;
const CONTROLS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };

interface Open {
  readonly domain: Reference['domain'];
  readonly parts: Part[];
}

class Reader {
  #at = 0;
  #top: Part[] = [];
  readonly #open: Open[] = [];

  constructor(
    readonly text: string,
    readonly notation: Notation,
  ) {}

  read(): Template {
    while (this.#at < this.text.length) this.#step();
    if (this.#open.length > 0) this.#fail('There is an unterminated variable reference.');
    return this.#top;
  }

  #fail(what: string): never {
    throw new CMakeError(`Syntax error in cmake code when parsing string ${this.text} ${what}`);
  }

  #parts(): Part[] {
    return this.#open.at(-1)?.parts ?? this.#top;
  }

  #literal(text: string, length = text.length): void {
    const parts = this.#parts();
    const last = parts.length - 1;
    const before = parts[last];
    if (typeof before === 'string') parts[last] = before + text;
    else parts.push(text);
    this.#at += length;
  }

  #step(): void {
    const char = this.text[this.#at]!;
    if (char === '}' && this.#open.length > 0) this.#close();
    else if (char === '$' && this.notation.dollar) this.#dollar();
    else if (char === '\\' && this.notation.escapes) this.#escape();
    else if (!(char === '@' && this.notation.at && this.#atName())) this.#plain(char);
  }

  #close(): void {
    const { domain, parts } = this.#open.pop()!;
    this.#parts().push({ domain, name: parts });
    this.#at += 1;
  }

  #dollar(): void {
    for (const [opener, domain] of OPENERS) {
      if (!this.text.startsWith(opener, this.#at)) continue;
      if (this.#open.length >= NESTING) throw new TooLarge(`CMake references nest deeper than ${NESTING}`);
      this.#open.push({ domain, parts: [] });
      this.#at += opener.length;
      return;
    }
    NAMED.lastIndex = this.#at;
    const named = NAMED.exec(this.text);
    if (named) this.#fail(`Syntax $${named[1]}{} is not supported.`);
    this.#literal('$');
  }

  #escape(): void {
    const next = this.text[this.#at + 1];
    if (next === undefined || /[A-Za-z0-9]/.test(next)) {
      const control = CONTROLS[next ?? ''];
      if (control === undefined) this.#fail(`Invalid character escape '\\${next ?? ''}'.`);
      this.#literal(control, 2);
    } else if (next === ';' && this.#open.length === 0) this.#literal('\\;');
    else this.#literal(next, 2);
  }

  /** `@NAME@`; false where the `@` is just itself. */
  #atName(): boolean {
    AT_NAME.lastIndex = this.#at;
    const match = AT_NAME.exec(this.text);
    if (!match) return false;
    this.#parts().push({ domain: 'variable', name: [match[1]!] });
    this.#at += match[0].length;
    return true;
  }

  #plain(char: string): void {
    const run = this.#open.length > 0 ? NAME : PLAIN;
    run.lastIndex = this.#at;
    const plain = run.exec(this.text)?.[0];
    if (plain !== undefined) this.#literal(plain);
    else if (this.#open.length > 0) this.#fail(`Invalid character ('${char}') in a variable name.`);
    else this.#literal(char);
  }
}

/** Reads the text of an argument. Throws CMakeError where CMake would not take it. */
export function readTemplate(text: string, notation: Notation = ARGUMENT): Template {
  if (!/[$\\@]/.test(text)) return text === '' ? [] : [text];
  return new Reader(text, notation).read();
}
