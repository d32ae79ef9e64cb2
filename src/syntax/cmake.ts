/** The files of a tree that its CMake may read. */
export const CMAKE_FILES = /^(?:CMakeLists\.txt|cmake\/.*\.cmake)$/;

/**
 * A lossless reader of CMake's command language: comments, commands, and their arguments with byte
 * ranges. It locates and edits; what a file means is decided by running it (src/evaluate).
 */

export type ArgumentKind = 'quoted' | 'unquoted' | 'bracket';

export interface CMakeArgument {
  readonly kind: ArgumentKind;
  /** Without the quotes or brackets, and the newline that may follow an opening bracket. */
  readonly value: string;
  /** Byte range of `value`. */
  readonly start: number;
  readonly end: number;
}

export interface CMakeCommand {
  /** Lower case, since command names are case-insensitive. */
  readonly name: string;
  readonly args: readonly CMakeArgument[];
  /** Byte range from the name to the closing parenthesis. */
  readonly start: number;
  readonly end: number;
  /** 1-based line of the name. */
  readonly line: number;
}

export interface CMakeComment {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface CMakeFile {
  readonly commands: readonly CMakeCommand[];
  readonly comments: readonly CMakeComment[];
}

export class CMakeSyntaxError extends Error {
  override readonly name = 'CMakeSyntaxError';
}

const BRACKET = /\[(=*)\[/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/** What separates tokens. Not `\s`: that takes the byte A0, a part of many UTF-8 characters, for a blank. */
const BLANK = /[ \t\r\n]/;
/** With the legacy forms `$(NAME)` and `-Da="b c"`. */
const UNQUOTED =
  /(?:\$\(\w*\)|[^ \t\r\n()#"\\]|\\[\s\S])(?:\$\(\w*\)|[^ \t\r\n()#\\"]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*")*/y;

class Reader {
  readonly commands: CMakeCommand[] = [];
  readonly comments: CMakeComment[] = [];
  #at = 0;
  #line = 1;
  #lineAt = 0;

  constructor(readonly text: string) {}

  read(): CMakeFile {
    if (this.text.startsWith('\xef\xbb\xbf')) this.#at = 3;
    for (this.#blanks(); this.#at < this.text.length; this.#blanks()) this.#command();
    return { commands: this.commands, comments: this.comments };
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text);
    return match ? match[0] : undefined;
  }

  #fail(message: string): never {
    throw new CMakeSyntaxError(`line ${this.#lineOf(this.#at)}: ${message}`);
  }

  #lineOf(offset: number): number {
    for (let at = this.text.indexOf('\n', this.#lineAt); at >= 0 && at < offset; ) {
      this.#line += 1;
      this.#lineAt = at + 1;
      at = this.text.indexOf('\n', this.#lineAt);
    }
    return this.#line;
  }

  /** Skips blanks and comments, which may stand anywhere between tokens. */
  #blanks(): void {
    for (;;) {
      while (BLANK.test(this.text[this.#at] ?? '')) this.#at += 1;
      if (this.text[this.#at] !== '#') return;
      const start = this.#at;
      this.#at += 1;
      const open = this.#match(BRACKET);
      if (open) this.#at = this.#bracketEnd(open);
      else {
        const end = this.text.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.text.length : end;
      }
      const text = this.text.slice(start, this.#at).replace(/\r$/, '');
      this.comments.push({ text, start, end: start + text.length });
    }
  }

  #bracketEnd(open: string): number {
    const close = `]${'='.repeat(open.length - 2)}]`;
    const end = this.text.indexOf(close, this.#at + open.length);
    if (end < 0) this.#fail('a bracket is not closed');
    return end + close.length;
  }

  #command(): void {
    const start = this.#at;
    const line = this.#lineOf(start);
    const name = this.#match(NAME);
    if (!name) this.#fail(`a command name was expected, not ${JSON.stringify(this.text[this.#at])}`);
    this.#at += name.length;
    while (/[ \t]/.test(this.text[this.#at] ?? '')) this.#at += 1;
    if (this.text[this.#at] !== '(') this.#fail(`"(" was expected after ${name}`);
    this.#at += 1;
    const args: CMakeArgument[] = [];
    for (let depth = 1; depth > 0; ) {
      this.#blanks();
      const next = this.text[this.#at];
      if (next === undefined) this.#fail(`${name}( is not closed`);
      if (next === '(' || next === ')') {
        depth += next === '(' ? 1 : -1;
        if (depth > 0) args.push({ kind: 'unquoted', value: next, start: this.#at, end: this.#at + 1 });
        this.#at += 1;
      } else args.push(this.#argument());
    }
    this.commands.push({ name: name.toLowerCase(), args, start, end: this.#at, line });
  }

  #argument(): CMakeArgument {
    const start = this.#at;
    if (this.text[start] === '"') {
      let at = start + 1;
      while (at < this.text.length && this.text[at] !== '"') at += this.text[at] === '\\' ? 2 : 1;
      if (at >= this.text.length) this.#fail('a quoted argument is not closed');
      this.#at = at + 1;
      return { kind: 'quoted', value: this.text.slice(start + 1, at), start: start + 1, end: at };
    }
    const open = this.#match(BRACKET);
    if (open) {
      const end = this.#bracketEnd(open);
      this.#at = end;
      const newline = /\r?\n/y;
      newline.lastIndex = start + open.length;
      const inner = {
        start: newline.test(this.text) ? newline.lastIndex : start + open.length,
        end: end - open.length,
      };
      return { kind: 'bracket', value: this.text.slice(inner.start, inner.end), ...inner };
    }
    const value = this.#match(UNQUOTED);
    if (!value) this.#fail(`an argument was expected, not ${JSON.stringify(this.text[start])}`);
    this.#at += value.length;
    return { kind: 'unquoted', value, start, end: this.#at };
  }
}

/** Reads a CMake file. Throws CMakeSyntaxError with the line where it is not one. */
export function readCMake(text: string): CMakeFile {
  return new Reader(text).read();
}
