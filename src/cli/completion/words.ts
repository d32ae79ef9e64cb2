import type { Command } from 'commander';

/** What can follow a command on the line. */
export interface Words {
  /** The words that lead to it: '' for the program itself, `pins add`. */
  readonly path: string;
  readonly about: string;
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly {
    readonly flag: string;
    readonly about: string;
    readonly values: readonly string[];
    readonly takesValue: boolean;
  }[];
}

/** The words of a command and of every command below it. */
export function wordsOf(command: Command, path: readonly string[] = []): Words[] {
  const own: Words = {
    path: path.join(' '),
    about: command.description(),
    commands: command.commands.map((below) => ({ name: below.name(), about: below.description() })),
    options: [
      ...command.options,
      ...command
        .createHelp()
        .visibleOptions(command)
        .filter((one) => one.long === '--help'),
    ]
      .filter((option) => option.long)
      .map((option) => ({
        flag: option.long!,
        about: option.description,
        values: option.argChoices ?? [],
        takesValue: option.required || option.optional,
      })),
  };
  return [own, ...command.commands.flatMap((below) => wordsOf(below, [...path, below.name()]))];
}
