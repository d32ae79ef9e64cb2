import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { assetPath } from '../assets.js';
import type { Outcome } from '../codemod/types.js';
import { Failure } from '../failure.js';
import { CODEMODS } from '../fixes/built-in.js';
import { checkSelection, type Selection, selectCodemods } from '../fixes/choose.js';
import { buildFor } from '../judge/build-for.js';
import { judgeTree } from '../judge/judge.js';
import type { Judged } from '../judge/review.js';
import { type Pin, type PinSet, readPins } from '../pins/pins.js';
import { findSet } from '../pins/sets.js';
import { readMirrors } from '../revision/mirrors.js';
import { resolveTarget, type Target } from '../revision/resolve.js';
import { parseTarget } from '../revision/spec.js';
import { warmUp } from '../syntax/parser.js';
import type { Io } from './io.js';

/** Options that every command on targets takes. */
export interface CommonOptions {
  readonly target?: string[];
  /** A set of the pins file: its targets and its build. */
  readonly set?: string;
  readonly cuda?: string;
  readonly arch?: string;
  readonly mirror: string[];
  readonly only: string[];
  readonly skip: string[];
  readonly option: string[];
  readonly pins: string;
  readonly json?: boolean;
  /** Without fixes that have no effect at the build. */
  readonly minimal?: boolean;
}

/** For an option that may be given several times. */
export const collect = (value: string, list: string[]): string[] => [...list, value];
const collectIds = (value: string, list: string[]): string[] => [
  ...list,
  ...value.split(',').filter((id) => id !== ''),
];

/** The `upstream-pins.json` of the working folder, else the one that comes with the package. */
export function defaultPins(): string {
  return existsSync('upstream-pins.json') ? 'upstream-pins.json' : assetPath('upstream-pins.json');
}

/** Options of commands that judge targets, for one that names its targets in its own way. */
export function addBuildOptions(command: Command): Command {
  return command
    .option('--cuda <version>', 'CUDA toolkit version (default: the pin’s, else 13.0)')
    .option('--arch <list>', 'arch list that the tree is built for (default: the pin’s, else 12.1a)')
    .option('--mirror <project=dir|url>', 'read a project from here; repeatable', collect, [])
    .option('--only <ids>', 'these fixes only, separated by commas', collectIds, [])
    .option('--skip <ids>', 'without these fixes', collectIds, [])
    .option('--minimal', 'without fixes that have no effect at this build')
    .option('--option <id.name=value>', 'an option of a fix; see explain', collect, [])
    .option('--pins <file>', 'the pins file', defaultPins())
    .option('--json', 'one JSON document on stdout');
}

export function addCommonOptions(command: Command): Command {
  command
    .option('--target <project@revision>', 'a commit, a tag, or a pin’s name; repeatable', collect, [])
    .option('--set <name>', 'the targets and the build of a set of the pins file');
  return addBuildOptions(command);
}

/** Options of commands on the pins file. */
export interface PinOptions {
  readonly pins: string;
  readonly mirror: string[];
  readonly cache: boolean;
  readonly json?: boolean;
}

export function addPinOptions(command: Command): Command {
  return command
    .option('--pins <file>', 'the pins file', defaultPins())
    .option('--mirror <project=dir|url>', 'read a project from here; repeatable', collect, [])
    .option('--no-cache', 'judge anew, and keep nothing')
    .option('--json', 'one JSON document on stdout');
}

/** `vllm/software-e2m1.guard=sm121`, checked against what the fixes declare. */
export function readFixOptions(entries: readonly string[]): Record<string, Record<string, string>> {
  const options: Record<string, Record<string, string>> = {};
  for (const entry of entries) {
    const match = /^([^.=]+)\.([^.=]+)=(.*)$/.exec(entry);
    const declared = CODEMODS.find(({ id }) => id === match?.[1])?.options?.[match?.[2] ?? ''];
    if (!match || !declared) {
      throw new Failure('usage', `there is no fix option ${JSON.stringify(entry)}`, {
        next: 'for example: --option vllm/software-e2m1.guard=sm121; see dgx-patch explain <id>',
      });
    }
    if (!declared.values.includes(match[3]!)) {
      throw new Failure('usage', `${match[1]}.${match[2]} is one of ${declared.values.join(', ')}`);
    }
    options[match[1]!] = { ...options[match[1]!], [match[2]!]: match[3]! };
  }
  return options;
}

/** Targets of a set, as a user would type them. */
function targetsOf(set: PinSet | undefined): string[] {
  if (!set) return [];
  return (['vllm', 'flashinfer', 'cutlass'] as const).flatMap((project) =>
    set[project] === undefined ? [] : [`${project}@${set[project]}`],
  );
}

/** A set's build goes before the pin's. */
function withBuild(target: Target, { cuda, arch }: PinSet): Target {
  const pin = target.pin ?? {
    project: target.project as Pin['project'],
    name: target.revision,
    commit: target.commit,
  };
  return { ...target, pin: { ...pin, cuda, arch } };
}

/** Everything that can be wrong about a request before its targets are looked for: that may take long. */
function checkRequest(options: CommonOptions): void {
  checkSelection(selectionOf(options));
  readFixOptions(options.option);
  buildFor(undefined, options);
  for (const name of options.target ?? []) parseTarget(name);
}

/** The targets that a command was given, opened. The caller closes them. */
export async function openTargets(options: CommonOptions, io: Io): Promise<Target[]> {
  // Grammars compile while git is asked; one that cannot be loaded is said where it is needed.
  for (const language of ['cuda', 'python'] as const) warmUp(language).catch(() => {});
  checkRequest(options);
  const pins = await readPins(options.pins);
  const set = options.set === undefined ? undefined : findSet(pins, options.set);
  const names = [...(options.target ?? []), ...targetsOf(set)];
  if (names.length === 0) {
    throw new Failure('usage', 'no target was given', { next: 'for example: --target vllm@v0.16.0' });
  }
  const mirrors = readMirrors(options.mirror, process.env.DGX_PATCH_MIRRORS);
  const targets: Target[] = [];
  try {
    for (const name of names) {
      const target = await resolveTarget(name, { mirrors, pins, progress: io.progress });
      targets.push(set ? withBuild(target, set) : target);
    }
    return targets;
  } catch (error) {
    for (const target of targets) target.close();
    throw error;
  }
}

export function selectionOf(options: CommonOptions): Selection {
  return { only: options.only, skip: options.skip };
}

/** Judges one opened target with the options' fixes and build. */
export async function judgeTarget(target: Target, options: CommonOptions): Promise<Judged> {
  const codemods = selectCodemods(target.project, selectionOf(options));
  const build = buildFor(target.pin, options);
  const outcomes = await judgeTree(target.tree, codemods, build, readFixOptions(options.option));
  return { target, build, outcomes: wanted(outcomes, options) };
}

/** All outcomes; with --minimal, those that have an effect. */
export function wanted(outcomes: readonly Outcome[], { minimal }: CommonOptions): readonly Outcome[] {
  return minimal ? outcomes.filter(({ idle }) => idle === undefined) : outcomes;
}
