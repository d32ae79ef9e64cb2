import { Command, CommanderError } from 'commander';
import { EXIT } from '../failure.js';
import { commandsFor } from './commands.js';
import { type Io, reportFailure, withPlainWords } from './io.js';
import { misread } from './misread.js';
import { toolVersion } from './version.js';

/** A subcommand writes and ends as the program does. */
function inherit(command: Command, parent: Command): void {
  command.exitOverride().copyInheritedSettings(parent);
  for (const below of command.commands) inherit(below, command);
}

/** Runs one command line. Returns the exit code; never throws. */
export async function run(argv: readonly string[], given: Io): Promise<number> {
  const io = withPlainWords(given);
  let code: number = EXIT.done;
  const program = new Command('dgx-patch')
    .description(
      'Makes a pinned vLLM, FlashInfer or CUTLASS source tree right for the NVIDIA DGX Spark (GB10, SM_121).',
    )
    .version(toolVersion())
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      // Said below, in the form of every failure.
      outputError: () => {},
    })
    .exitOverride();
  const exit = (value: number): void => {
    code = value;
  };
  for (const add of await commandsFor(argv)) add(program, io, exit);
  for (const command of program.commands) inherit(command, program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      // Help was shown, since no command was named.
      if (error.code === 'commander.help') return EXIT.usage;
      return reportFailure(
        misread(
          error,
          argv,
          program.commands.map((command) => command.name()),
        ),
        io,
      );
    }
    return reportFailure(error, io);
  }
}
