import { Command, CommanderError } from 'commander';
import { EXIT } from '../failure.js';
import { type Io, reportFailure } from './io.js';
import { toolVersion } from './version.js';

type Add = (program: Command, io: Io, exit: (code: number) => void) => void;

/** In the order in which --help shows them. Loaded when they are named: start-up is most of a short run. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  list: async () => (await import('./catalogue.js')).listCommand,
  explain: async () => (await import('./catalogue.js')).explainCommand,
  status: async () => (await import('./status.js')).statusCommand,
  diff: async () => (await import('./diff.js')).diffCommand,
  apply: async () => (await import('./apply.js')).applyCommand,
  revert: async () => (await import('./revert.js')).revertCommand,
  verify: async () => (await import('./verify.js')).verifyCommand,
  export: async () => (await import('./export.js')).exportCommand,
  matrix: async () => (await import('./matrix.js')).matrixCommand,
  pins: async () => (await import('./pins.js')).pinsCommand,
  retire: async () => (await import('./retire.js')).retireCommand,
  build: async () => (await import('./build.js')).buildCommand,
  recipe: async () => (await import('./recipe.js')).recipeCommand,
  smoke: async () => (await import('./smoke.js')).smokeCommand,
  doctor: async () => (await import('./doctor.js')).doctorCommand,
  github: async () => (await import('./github.js')).githubCommand,
  completion: async () => (await import('./completion.js')).completionCommand,
};

/** The command that the line names, or all of them: help shows them all. */
export async function commandsFor(argv: readonly string[]): Promise<Add[]> {
  const named = Object.hasOwn(COMMANDS, argv[0] ?? '') ? COMMANDS[argv[0]!] : undefined;
  return named ? [await named()] : Promise.all(Object.values(COMMANDS).map((load) => load()));
}

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
  for (const add of await commandsFor(argv)) add(program, io, exit);
  for (const command of program.commands) inherit(command, program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return reportFailure(error, io);
  }
}
