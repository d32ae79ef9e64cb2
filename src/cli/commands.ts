import type { Command } from 'commander';
import type { Io } from './io.js';

/** Adds a command to the program. */
export type Add = (program: Command, io: Io, exit: (code: number) => void) => void;

/** In the order in which --help shows them. Loaded when they are named: start-up is most of a short run. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  list: async () => (await import('./catalogue.js')).listCommand,
  explain: async () => (await import('./catalogue.js')).explainCommand,
  status: async () => (await import('./status.js')).statusCommand,
  diff: async () => (await import('./diff.js')).diffCommand,
  apply: async () => (await import('./apply.js')).applyCommand,
  revert: async () => (await import('./revert.js')).revertCommand,
  verify: async () => (await import('./verify.js')).verifyCommand,
  proofs: async () => (await import('./proofs.js')).proofsCommand,
  export: async () => (await import('./export.js')).exportCommand,
  matrix: async () => (await import('./matrix.js')).matrixCommand,
  history: async () => (await import('./history.js')).historyCommand,
  forecast: async () => (await import('./forecast.js')).forecastCommand,
  pins: async () => (await import('./pins.js')).pinsCommand,
  carry: async () => (await import('./carry.js')).carryCommand,
  fix: async () => (await import('./fix.js')).fixCommand,
  retire: async () => (await import('./retire.js')).retireCommand,
  image: async () => (await import('./image.js')).imageCommand,
  build: async () => (await import('./build.js')).buildCommand,
  prefetch: async () => (await import('./prefetch.js')).prefetchCommand,
  recipe: async () => (await import('./recipe.js')).recipeCommand,
  smoke: async () => (await import('./smoke.js')).smokeCommand,
  doctor: async () => (await import('./doctor.js')).doctorCommand,
  github: async () => (await import('./github.js')).githubCommand,
  completion: async () => (await import('./completion/command.js')).completionCommand,
};

/** The command that the line names, or all of them: help shows them all, a version none. */
export async function commandsFor(argv: readonly string[]): Promise<Add[]> {
  if (/^(?:-V|--version)$/.test(argv[0] ?? '')) return [];
  const named = Object.hasOwn(COMMANDS, argv[0] ?? '') ? COMMANDS[argv[0]!] : undefined;
  return named ? [await named()] : Promise.all(Object.values(COMMANDS).map((load) => load()));
}
