import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { assetPath } from '../assets.js';
import { Failure } from '../failure.js';

/** Options that every command on targets takes. */
export interface CommonOptions {
  readonly target?: string[];
  /** A set of the pins file: its targets and its build. */
  readonly set?: string;
  /** A checkout: what is judged where no target is named, and where its commits are looked for. */
  readonly dir?: string;
  readonly cuda?: string;
  readonly arch?: string;
  readonly mirror: string[];
  readonly only: string[];
  readonly skip: string[];
  readonly option: string[];
  /** Folders of own fixes. */
  readonly fixes: string[];
  readonly pins: string;
  readonly json?: boolean;
  /** With fixes that have no effect at the build. */
  readonly full?: boolean;
  /** Fixes that must be in place when the command is done. */
  readonly require?: string[];
}

/** For an option that may be given several times. */
export const collect = (value: string, list: string[]): string[] => [...list, value];
/** The same, with several ids in one value. */
export const collectIds = (value: string, list: string[]): string[] => [
  ...list,
  ...value.split(',').filter((id) => id !== ''),
];

/** Ids where at least one is wanted: `--only "$EMPTY"` asks for nothing, and not for all. */
export function collectSomeIds(value: string, list: string[]): string[] {
  const ids = collectIds(value, []);
  if (ids.length === 0) throw new InvalidArgumentError('It names no fix.');
  return [...list, ...ids];
}

/** The `upstream-pins.json` of the working folder, else the one that comes with the package. */
export function defaultPins(): string {
  return existsSync('upstream-pins.json') ? 'upstream-pins.json' : assetPath('upstream-pins.json');
}

/** Options of commands that judge targets, for one that names its targets in its own way. */
export function addBuildOptions(command: Command): Command {
  return command
    .option('--cuda <version>', 'CUDA toolkit version (default: the pin’s, else 13.0)')
    .option(
      '--arch <list>',
      'arch list that the tree is built for (default: the pin’s, else auto: what takes fewest edits of 12.1a and 12.0f)',
    )
    .option('--mirror <project=dir|url>', 'read a project from here; repeatable', collect, [])
    .option('--only <ids>', 'these fixes only, separated by commas, also without effect', collectSomeIds, [])
    .option('--skip <ids>', 'without these fixes', collectIds, [])
    .option('--full', 'make the edits of fixes that have no effect at this build as well')
    .addOption(new Option('--minimal', 'what is done without --full; kept for old scripts').hideHelp())
    .option('--option <id.name=value>', 'an option of a fix; see explain', collect, [])
    .option(
      '--fixes <dir>',
      'own fixes and carried patches, as <project>/<name>/ below it; repeatable',
      collect,
      [],
    )
    .option('--pins <file>', 'the pins file', defaultPins())
    .option('--json', 'one JSON document on stdout');
}

export function addCommonOptions(command: Command): Command {
  command
    .option('--target <project@revision>', 'a commit, a tag, or a pin’s name; repeatable', collect, [])
    .option('--set <name>', 'the targets and the build of a set of the pins file');
  return addBuildOptions(command);
}

export function addDirOption(command: Command): Command {
  return command.option(
    '--dir <dir>',
    'a checkout, a fork for example: its own HEAD, where no target is named',
  );
}

/** Options of commands on the pins file. */
export interface PinOptions {
  readonly pins: string;
  readonly mirror: string[];
  readonly fixes: string[];
  readonly cache: boolean;
  readonly json?: boolean;
}

export function addPinOptions(command: Command): Command {
  return command
    .option('--pins <file>', 'the pins file', defaultPins())
    .option('--mirror <project=dir|url>', 'read a project from here; repeatable', collect, [])
    .option('--fixes <dir>', 'own fixes and carried patches; repeatable', collect, [])
    .option('--no-cache', 'judge anew, and keep nothing')
    .option('--json', 'one JSON document on stdout');
}

/** The value of an option that takes one of a few. */
export function oneOf<T extends string>(value: string, values: readonly T[], option: string): T {
  if ((values as readonly string[]).includes(value)) return value as T;
  throw new Failure('usage', `${option} is one of ${values.join(', ')}`);
}
