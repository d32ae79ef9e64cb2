/**
 * A lossless reader of CMake's command language: comments, commands, and their arguments with byte
 * ranges. It locates what is edited, and it is what src/evaluate/cmake runs. What it refuses, CMake refuses.
 */

/** The files of a tree that its CMake may read. */
export const CMAKE_FILES = /^(?:CMakeLists\.txt|cmake\/.*\.cmake)$/;

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
  /** The name as it is written. */
  readonly written: string;
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

  constructor(
    /** 1-based. */
    readonly line: number,
    /** Without the line, which `message` has in front. */
    readonly what: string,
    /** The command that stands in the wrong place, where that is it. */
    readonly command?: string,
  ) {
    super(`line ${line}: ${what}`);
  }
}

const BRACKET = /\[(=*)\[/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/** What separates tokens. Not `\s`: that takes the byte A0, a part of many UTF-8 characters, for a blank. */
const BLANK = /[ \t\r\n]/;
const NEWLINE = /\r?\n/y;
const VARIABLE = '\\$\\([A-Za-z0-9_]*\\)';
const CHARACTER = '(?:[^ \\0\\t\\r\\n()#\\\\"[=]|\\\\[^\\0\\n])';
const LEGACY = `(?:${VARIABLE}|${CHARACTER}|"(?:${VARIABLE}|${CHARACTER}|[ \\t[=])*")`;
/** With the legacy forms `$(NAME)` and `-Da="b c"`, as in CMake's own lexer. */
const UNQUOTED = new RegExp(`(?:${VARIABLE}|${CHARACTER}|=|\\[=*${LEGACY})(?:${LEGACY}|[[=])*|\\[`, 'y');

class Reader {
  readonly commands: CMakeCommand[] = [];
  readonly comments: CMakeComment[] = [];
  #at = 0;
  #line = 1;
  #lineAt = 0;
  /** Whether a line has begun with nothing on it but blanks. */
  #newline = true;
  /** What stands right before the next argument. */
  #before: 'blank' | 'argument' | 'bracket' = 'blank';

  constructor(readonly text: string) {}

  read(): CMakeFile {
    const nul = this.text.indexOf('\0');
    if (nul >= 0) {
      this.#at = nul;
      this.#fail('a NUL byte');
    }
    if (this.text.startsWith('\xef\xbb\xbf')) this.#at = 3;
    for (this.#blanks(); this.#at < this.text.length; this.#blanks()) {
      if (!this.#newline) this.#fail('a new line was expected before a command');
      this.#command();
    }
    return { commands: this.commands, comments: this.comments };
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text);
    return match ? match[0] : undefined;
  }

  #fail(message: string): never {
    throw new CMakeSyntaxError(this.#lineOf(this.#at), message);
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
      for (; BLANK.test(this.text[this.#at] ?? ''); this.#at += 1) {
        this.#before = 'blank';
        this.#newline ||= this.text[this.#at] === '\n';
      }
      if (this.text[this.#at] !== '#') return;
      const start = this.#at;
      this.#at += 1;
      const open = this.#match(BRACKET);
      if (open) {
        this.#at = this.#bracketEnd(open);
        this.#newline = false;
        this.#before = 'bracket';
      } else {
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
    const args = this.#arguments(name);
    this.#newline = false;
    this.commands.push({ name: name.toLowerCase(), written: name, args, start, end: this.#at, line });
  }

  #arguments(name: string): CMakeArgument[] {
    const args: CMakeArgument[] = [];
    this.#before = 'blank';
    for (let depth = 1; depth > 0; ) {
      this.#blanks();
      const next = this.text[this.#at];
      if (next === undefined) this.#fail(`${name}( is not closed`);
      if (next === '(' || next === ')') {
        depth += next === '(' ? 1 : -1;
        if (depth > 0) args.push({ kind: 'unquoted', value: next, start: this.#at, end: this.#at + 1 });
        this.#at += 1;
        this.#before = next === '(' ? 'blank' : 'argument';
      } else args.push(this.#separate(this.#argument()));
    }
    return args;
  }

  /** Arguments that touch are two all the same, unless one of them is in brackets. */
  #separate(argument: CMakeArgument): CMakeArgument {
    const now = argument.kind === 'bracket' ? 'bracket' : 'argument';
    if (this.#before !== 'blank' && (this.#before === 'bracket' || now === 'bracket'))
      this.#fail('a bracket argument is not separated from what stands beside it');
    this.#before = now;
    return argument;
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
      NEWLINE.lastIndex = start + open.length;
      const inner = {
        start: NEWLINE.test(this.text) ? NEWLINE.lastIndex : start + open.length,
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

/** Files that were read last, by their text: many judges ask for the same one. */
const known = new Map<string, CMakeFile>();
const KEPT = 8;

/** Reads a CMake file. Throws CMakeSyntaxError with the line where it is not one. */
export function readCMake(text: string): CMakeFile {
  const file = known.get(text) ?? new Reader(text).read();
  known.delete(text);
  known.set(text, file);
  const [oldest] = known.keys();
  if (known.size > KEPT) known.delete(oldest!);
  return file;
}
