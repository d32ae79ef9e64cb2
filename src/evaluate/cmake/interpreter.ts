import { CMakeSyntaxError } from '../../syntax/cmake.js';
import type { Call } from '../recorder.js';
import { Budget } from './budget.js';
import { isKnown } from './commands/unknown.js';
import type { Operand } from './condition.js';
import { CMakeError, describe, fail, type Place } from './error.js';
import { type Files, treePath } from './files.js';
import { splitList } from './list.js';
import { Patterns } from './match.js';
import { folderOf } from './path.js';
import { type Argument, type Body, type Programs, type Statement, templateOf } from './program.js';
import type { Substitution } from './substitution.js';
import { Variables } from './variables.js';

/** How a command ends: what follows is skipped up to the end of the loop, the function or the file. */
export type Flow = 'next' | 'return' | 'break' | 'continue';

/** Does what a command does; `next` where it says nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: most commands end without a word.
export type Command = (run: Interpreter, statement: Statement) => Flow | void;

/** What the statements that are running belong to. */
export interface Frame {
  readonly file: string;
  /** Their calls are recorded. */
  readonly recorded: boolean;
  readonly substitution: Substitution | undefined;
}

/** Who is told of the calls that a tree makes. */
export interface Recorder {
  follows(file: string): boolean;
  wants(command: string): boolean;
  record(call: Call): void;
}

/** State of one evaluation. What it may not do, it cannot: it knows files and variables, and nothing else. */
export class Interpreter {
  readonly budget = new Budget();
  readonly variables = new Variables(this.budget);
  readonly patterns = new Patterns(this.budget);
  /** Messages of errors that did not end the evaluation. */
  readonly errors: string[] = [];
  readonly commands: Map<string, Command>;
  frame: Frame = { file: '', recorded: false, substitution: undefined };
  /** Loops around the running statement, in its function. */
  loops = 0;
  /** What `include_guard` has seen. */
  readonly guards = new Set<string>();
  /** The names that the last `return(PROPAGATE …)` gave. */
  returned: readonly string[] = [];

  constructor(
    readonly files: Files,
    readonly programs: Programs,
    readonly recorder: Recorder,
    builtins: ReadonlyMap<string, Command>,
  ) {
    this.commands = new Map(builtins);
  }

  /** Runs statements up to the first one that goes elsewhere. */
  run(body: Body): Flow {
    for (const statement of body) {
      const flow = this.execute(statement);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  /** Runs one statement; an error that it throws has its place. */
  execute(statement: Statement): Flow {
    this.budget.command();
    return this.at(statement, () => {
      const command = this.commands.get(statement.name);
      if (!command) return unknown(statement);
      if (this.frame.recorded && this.recorder.wants(statement.name)) this.#record(statement);
      return command(this, statement) ?? 'next';
    });
  }

  /** Does `inner`; an error that it throws has the place of this statement, where it has none yet. */
  at<T>(statement: Statement, inner: () => T): T {
    const { frame } = this;
    try {
      return inner();
    } catch (error) {
      if (error instanceof CMakeError) error.place ??= placeOf(statement, frame);
      throw error;
    }
  }

  /** Notes an error that does not end the evaluation. */
  report(message: string, statement: Statement): void {
    const error = new CMakeError(message);
    error.place = placeOf(statement, this.frame);
    this.errors.push(describe(error));
  }

  #record({ name, args, line }: Statement): void {
    this.recorder.record({
      command: name,
      args: args.map((argument) => this.#whole(argument)),
      file: treePath(this.frame.file) ?? this.frame.file,
      line,
    });
  }

  #argument(argument: Argument): Argument {
    return this.frame.substitution?.of(argument) ?? argument;
  }

  #whole(argument: Argument): string {
    const own = this.#argument(argument);
    return own.literal?.whole ?? this.variables.expand(templateOf(own));
  }

  /** The arguments of a call: variables expanded, and what is not quoted split. */
  values(args: readonly Argument[]): string[] {
    const values: string[] = [];
    this.#expand(args, (items) => {
      for (const value of items) values.push(value);
    });
    return values;
  }

  /** The same, with what was quoted. */
  operands(args: readonly Argument[]): Operand[] {
    const operands: Operand[] = [];
    this.#expand(args, (items, quoted) => {
      for (const value of items) operands.push({ value, quoted });
    });
    return operands;
  }

  #expand(args: readonly Argument[], take: (items: readonly string[], quoted: boolean) => void): void {
    let length = 0;
    for (const argument of args) {
      const own = this.#argument(argument);
      const quoted = own.kind !== 'unquoted';
      const items = own.literal?.items ?? this.#items(own, quoted);
      this.budget.items(items.length);
      take(items, quoted);
      for (const value of items) length += value.length;
      this.budget.fits(length);
    }
    this.budget.length(length);
  }

  #items(argument: Argument, quoted: boolean): string[] {
    const text = this.variables.expand(templateOf(argument));
    return quoted ? [text] : splitList(text);
  }

  /** Runs a block of this frame, one level deeper. */
  block(body: Body): Flow {
    return this.budget.deeper(() => this.run(body));
  }

  /** Runs what belongs elsewhere. */
  within<T>(frame: Frame, inner: () => T): T {
    const before = this.frame;
    this.frame = frame;
    const result = inner();
    this.frame = before;
    return result;
  }

  /** Runs a file of the tree: `return` ends it, and a `break` there ends nothing. */
  runFile(file: string, text: string): void {
    const recorded = this.recorder.follows(treePath(file) ?? file);
    const { variables } = this;
    const parent = variables.text('CMAKE_PARENT_LIST_FILE');
    const current = variables.text('CMAKE_CURRENT_LIST_FILE');
    this.#enter(file);
    const body = this.#compile(file, text);
    this.within({ file, recorded, substitution: undefined }, () =>
      this.budget.deeper(() => {
        for (const statement of body) {
          if (this.execute(statement) !== 'return') continue;
          variables.propagate(this.returned);
          return;
        }
      }),
    );
    variables.set('CMAKE_PARENT_LIST_FILE', parent);
    this.#enter(current);
  }

  #enter(file: string): void {
    this.variables.set('CMAKE_CURRENT_LIST_FILE', file);
    this.variables.set('CMAKE_CURRENT_LIST_DIR', folderOf(file));
  }

  #compile(file: string, text: string): Body {
    try {
      return this.programs.compile(text);
    } catch (error) {
      if (!(error instanceof CMakeSyntaxError)) throw error;
      const { line, command, what } = error;
      const own = new CMakeError(command === undefined ? `Parse error. ${what}` : what);
      own.place = { file: treePath(file) ?? file, line, ...(command === undefined ? {} : { command }) };
      throw own;
    }
  }
}

function unknown({ name, written }: Statement): never {
  if (isKnown(name)) fail(`the command ${written} is not evaluated`);
  return fail(`Unknown CMake command "${written}".`);
}

/** Undefined for what is not of the tree: the call that led there is then the place. */
function placeOf({ line, written }: Statement, { file }: Frame): Place | undefined {
  const path = treePath(file);
  return path === undefined ? undefined : { file: path, line, command: written };
}
