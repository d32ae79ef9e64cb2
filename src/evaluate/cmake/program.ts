import { TooLarge } from '../../failure.js';
import {
  type ArgumentKind,
  type CMakeArgument,
  type CMakeCommand,
  CMakeSyntaxError,
  readCMake,
} from '../../syntax/cmake.js';
import { LIMITS } from './budget.js';
import { splitList } from './list.js';
import { readTemplate, type Template } from './template.js';

export interface Argument {
  readonly kind: ArgumentKind;
  /** As the lexer gives it: newlines as `\n`, continued lines of a quoted argument joined. */
  readonly text: string;
  /** Where it is known before anything is evaluated: what the argument becomes, in one piece and split. */
  readonly literal?: { readonly whole: string; readonly items: readonly string[] };
  template?: Template;
}

export interface Statement {
  /** Lower case. */
  readonly name: string;
  readonly written: string;
  readonly line: number;
  readonly args: readonly Argument[];
  /** Of a command that opens a block: what stands up to its end. */
  readonly body?: Body;
  /** Of `if` and `elseif`: the next `elseif` or `else`, which has a body of its own. */
  readonly otherwise?: Statement;
}

export type Body = readonly Statement[];

const BLOCKS = ['foreach', 'while', 'function', 'macro', 'block'];

interface Open {
  /** The command that must come: `endif`, `endforeach`, … */
  readonly end: string;
  readonly statements: Statement[];
  readonly statement: { -readonly [K in keyof Statement]: Statement[K] };
}

/** The argument's text after the lexer. */
function lexed({ kind, value }: CMakeArgument): string {
  const text = value.includes('\r') ? value.replaceAll('\r\n', '\n') : value;
  return kind === 'quoted' && text.includes('\\\n')
    ? text.replace(/\\([\s\S])/g, (pair, next: string) => (next === '\n' ? '' : pair))
    : text;
}

/** An argument of this text, as the lexer gives it. */
export function argumentOf(kind: ArgumentKind, text: string): Argument {
  if (kind !== 'bracket' && /[$\\@]/.test(text)) return { kind, text };
  const items = kind === 'unquoted' ? splitList(text) : [text];
  return { kind, text, literal: { whole: text, items } };
}

function compileCommand({ name, written, line, args }: CMakeCommand): Open['statement'] {
  return { name, written, line, args: args.map((argument) => argumentOf(argument.kind, lexed(argument))) };
}

/** The template of an argument, read when it is first needed. */
export function templateOf(argument: Argument): Template {
  argument.template ??= readTemplate(argument.text);
  return argument.template;
}

class Nesting {
  readonly top: Statement[] = [];
  readonly #open: Open[] = [];

  add(command: CMakeCommand): void {
    const statement = compileCommand(command);
    const { name } = statement;
    const inner = this.#open.at(-1);
    if (name === 'if' || BLOCKS.includes(name)) {
      this.#into().push(statement);
      this.#begin(statement, `end${name}`);
    } else if (name === 'elseif' || name === 'else') {
      if (inner?.end !== 'endif' || inner.statement.name === 'else') this.#misplaced(command);
      this.#close();
      inner.statement.otherwise = statement;
      this.#begin(statement, 'endif');
    } else if (/^end(?:if|foreach|while|function|macro|block)$/.test(name)) {
      if (inner?.end !== name) this.#misplaced(command);
      this.#close();
    } else this.#into().push(statement);
  }

  finish(): Body {
    const left = this.#open.at(-1);
    if (left) this.#misplaced(left.statement);
    return this.top;
  }

  #into(): Statement[] {
    return this.#open.at(-1)?.statements ?? this.top;
  }

  #begin(statement: Open['statement'], end: string): void {
    if (this.#open.length >= LIMITS.depth)
      throw new TooLarge(`CMake blocks nest deeper than ${LIMITS.depth}`);
    this.#open.push({ end, statements: [], statement });
  }

  #close(): void {
    const { statement, statements } = this.#open.pop()!;
    statement.body = statements;
  }

  #misplaced({ line, written }: Pick<Statement, 'line' | 'written'>): never {
    throw new CMakeSyntaxError(line, 'Flow control statements are not properly nested.', written);
  }
}

/** Reads a file into statements. Throws CMakeSyntaxError where CMake would not run any of it. */
export function compile(text: string): Body {
  if (text.length > LIMITS.file) throw new TooLarge(`a CMake file has more than ${LIMITS.file} bytes`);
  const nesting = new Nesting();
  for (const command of readCMake(text).commands) nesting.add(command);
  return nesting.finish();
}

/** Texts that are kept, those used last: a tree's dozen, and versions of the one that changes. */
const KEPT = 24;

/** Compiles every text once. */
export class Programs {
  readonly #bodies = new Map<string, Body>();

  compile(text: string): Body {
    const body = this.#bodies.get(text) ?? compile(text);
    this.#bodies.delete(text);
    this.#bodies.set(text, body);
    const [oldest] = this.#bodies.keys();
    if (this.#bodies.size > KEPT) this.#bodies.delete(oldest!);
    return body;
  }
}
