import { Command, CommanderError } from 'commander';
import { EXIT } from '../failure.js';
import { applyCommand } from './apply.js';
import { explainCommand, listCommand } from './catalogue.js';
import { diffCommand } from './diff.js';
import { exportCommand } from './export.js';
import { type Io, reportFailure } from './io.js';
import { matrixCommand } from './matrix.js';
import { pinsCommand } from './pins.js';
import { revertCommand } from './revert.js';
import { statusCommand } from './status.js';
import { toolVersion } from './version.js';

/** In the order in which --help shows them. */
const COMMANDS = [
  listCommand,
  explainCommand,
  statusCommand,
  diffCommand,
  applyCommand,
  revertCommand,
  exportCommand,
  matrixCommand,
  pinsCommand,
];

/** A subcommand writes and ends as the program does. */
function inherit(command: Command, parent: Command): void {
  command.exitOverride().copyInheritedSettings(parent);
  for (const below of command.commands) inherit(below, command);
}

/** Runs one command line. Returns the exit code; never throws. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.done;
  const program = new Command('dgx-patch')
    .description(
      'Makes a pinned vLLM, FlashInfer or CUTLASS source tree right for the NVIDIA DGX Spark (GB10, SM_121).',
    )
    .version(toolVersion())
    .showHelpAfterError('(see dgx-patch --help)')
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .exitOverride();
  const exit = (value: number): void => {
    code = value;
  };
  for (const add of COMMANDS) add(program, io, exit);
  for (const command of program.commands) inherit(command, program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return reportFailure(error, io);
  }
}
