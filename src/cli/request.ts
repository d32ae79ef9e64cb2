import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../codemod/types.js';
import { Failure } from '../failure.js';
import { checkLeft, readSelection, type Selection, selectCodemods } from '../fixes/choose.js';
import { type FixOptions, readFixOptions } from '../fixes/fix-options.js';
import { type BuildWish, buildFor, checkWish } from '../judge/build-for.js';
import { judgeTree } from '../judge/judge.js';
import type { Judged } from '../judge/review.js';
import { type Pin, type PinSet, type Pins, readPins } from '../pins/pins.js';
import { findSet } from '../pins/sets.js';
import { openFork, uncommitted } from '../revision/fork.js';
import type { Mirrors } from '../revision/mirrors.js';
import { resolveTarget, type Target } from '../revision/resolve.js';
import { parseTarget } from '../revision/spec.js';
import type { Build } from '../source/build.js';
import { PROJECTS, type Project } from '../source/project.js';
import type { SourceTree } from '../source/tree.js';
import { warmUp } from '../syntax/parser.js';
import type { Io } from './io.js';
import { mirrorsOf } from './mirrors.js';
import type { CommonOptions } from './options.js';

/**
 * What a command on targets was asked to do. Made once, from the options, the pins file and the environment,
 * with everything checked that can be wrong before a target is looked for: that may take long. What is handed
 * down from here is not read or checked again.
 */
export interface Request {
  /** As a user types them; those of the set come last. */
  readonly targets: readonly string[];
  readonly pins: Pins;
  readonly set: PinSet | undefined;
  readonly mirrors: Mirrors;
  /** A checkout: its HEAD is the target where none is named, and its objects are looked into first. */
  readonly dir: string | undefined;
  readonly wish: BuildWish;
  readonly selection: Selection;
  readonly fixOptions: FixOptions;
  /** False: without fixes that have no effect at the build. */
  readonly full: boolean;
}

/** Targets of a set, as a user would type them. */
function targetsOf(set: PinSet | undefined): string[] {
  if (!set) return [];
  return PROJECTS.flatMap((project) => (set[project] === undefined ? [] : [`${project}@${set[project]}`]));
}

export async function readRequest(options: CommonOptions): Promise<Request> {
  const selection = readSelection(options);
  const fixOptions = readFixOptions(options.option);
  const wish = checkWish(options);
  const typed = options.target ?? [];
  const projects = typed.map((name) => parseTarget(name).project);
  const pins = await readPins(options.pins);
  const set = options.set === undefined ? undefined : findSet(pins, options.set);
  const own = targetsOf(set);
  checkLeft([...projects, ...own.map((name) => parseTarget(name).project)], selection);
  return {
    targets: [...typed, ...own],
    pins,
    set,
    mirrors: mirrorsOf(options),
    dir: options.dir,
    wish,
    selection,
    fixOptions,
    full: options.minimal !== true,
  };
}

/** The checkout's own HEAD. */
async function openFolder(dir: string, { pins, selection }: Request, io: Io): Promise<Target> {
  const target = await openFork(dir, pins);
  try {
    checkLeft([target.project], selection);
    const changed = await uncommitted(dir);
    if (changed > 0)
      io.err(`${dir}: HEAD is judged, without ${changed} changed ${changed === 1 ? 'file' : 'files'}\n`);
    return target;
  } catch (error) {
    target.close();
    throw error;
  }
}

/** A set's build goes before the pin's. */
function withBuild(target: Target, { cuda, arch }: PinSet): Target {
  const { project, revision: name, commit } = target;
  return { ...target, pin: { ...(target.pin ?? { project, name, commit }), cuda, arch } };
}

/** The targets of a request, opened. The caller closes them. */
export async function openTargets(request: Request, io: Io): Promise<Target[]> {
  const { targets: names, mirrors, pins, set, dir } = request;
  // Before the mirrors: a fork's commits are nowhere else.
  const folder = dir !== undefined && existsSync(join(dir, '.git')) ? dir : undefined;
  // Grammars compile while git is asked; one that cannot be loaded is said where it is needed.
  for (const language of ['cuda', 'python'] as const) warmUp(language).catch(() => {});
  if (names.length === 0 && dir !== undefined) return [await openFolder(dir, request, io)];
  if (names.length === 0) {
    throw new Failure('usage', 'no target was given', { next: 'for example: --target vllm@v0.16.0' });
  }
  const targets: Target[] = [];
  try {
    for (const name of names) {
      const target = await resolveTarget(name, { mirrors, pins, folder, progress: io.progress });
      targets.push(set ? withBuild(target, set) : target);
    }
    return targets;
  } catch (error) {
    for (const target of targets) target.close();
    throw error;
  }
}

/** What is judged: a tree of a project, and the pin whose build it is for. */
interface Subject {
  readonly project: Project;
  readonly pin: Pin | undefined;
  readonly tree: SourceTree;
}

/** Judges a tree with the request's fixes and build. */
export async function judgeFor(
  { project, pin, tree }: Subject,
  { selection, wish, fixOptions, full }: Request,
): Promise<{ readonly build: Build; readonly outcomes: readonly Outcome[] }> {
  const build = buildFor(pin, wish);
  const outcomes = await judgeTree(tree, selectCodemods(project, selection), build, fixOptions);
  return { build, outcomes: full ? outcomes : outcomes.filter(({ idle }) => idle === undefined) };
}

/** Judges an opened target. */
export async function judgeTarget(target: Target, request: Request): Promise<Judged> {
  return { target, ...(await judgeFor(target, request)) };
}
