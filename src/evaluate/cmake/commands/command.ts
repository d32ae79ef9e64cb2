import type { Command, Flow, Interpreter } from '../interpreter.js';
import type { Statement } from '../program.js';

/** A command that takes its arguments expanded and split, as nearly all do. */
export type Simple = (
  run: Interpreter,
  args: readonly string[],
  statement: Statement,
  // biome-ignore lint/suspicious/noConfusingVoidType: most commands end without a word.
) => Flow | void;

export type Commands = Readonly<Record<string, Command>>;

export const simple =
  (command: Simple): Command =>
  (run, statement) =>
    command(run, run.values(statement.args), statement);

/** A command with subcommands, by its first argument. */
export type Subcommands = Readonly<Record<string, Simple>>;

export const subcommand = (table: Subcommands, name: string | undefined): Simple | undefined =>
  name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
