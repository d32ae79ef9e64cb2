import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.js';
import { checkLeft, readSelection, type Selection, selectCodemods } from '../fixes/choose.js';
import { type FixOptions, readFixOptions } from '../fixes/fix-options.js';
import { type FixSet, readFixes } from '../fixes/fix-set.js';
import type { Historian } from '../history/historian.js';
import { type Buildable, type BuildWish, buildFor, checkWish } from '../judge/build-for.js';
import { judgeTree } from '../judge/judge.js';
import { checkProject } from '../judge/recognise.js';
import type { Judged } from '../judge/review.js';
import { type PinSet, type Pins, readPins } from '../pins/pins.js';
import { findSet } from '../pins/sets.js';
import { openFork, uncommitted } from '../revision/fork.js';
import type { Mirrors } from '../revision/mirrors.js';
import { resolveTarget, type Target } from '../revision/resolve.js';
import { parseTarget } from '../revision/spec.js';
import { withHistory } from '../revision/upstream.js';
import { PROJECTS } from '../source/project.js';
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
  readonly fixes: FixSet;
  readonly set: PinSet | undefined;
  readonly mirrors: Mirrors;
  /** A checkout: its HEAD is the target where none is named, and its objects are looked into first. */
  readonly dir: string | undefined;
  readonly wish: BuildWish;
  readonly selection: Selection;
  readonly fixOptions: FixOptions;
  /** True: fixes that have no effect at the build are carried out as well. */
  readonly full: boolean;
  /** Fixes that must be in place when the command is done. */
  readonly required: readonly string[];
}

/** Targets of a set, as a user would type them. */
function targetsOf(set: PinSet | undefined): string[] {
  if (!set) return [];
  return PROJECTS.flatMap((project) => (set[project] === undefined ? [] : [`${project}@${set[project]}`]));
}

export async function readRequest(options: CommonOptions): Promise<Request> {
  const wish = checkWish(options);
  const typed = options.target ?? [];
  const projects = typed.map((name) => parseTarget(name).project);
  const pins = await readPins(options.pins);
  const fixes = await readFixes({ given: options.fixes, pins: options.pins, named: pins.fixes });
  const selection = readSelection(fixes, options);
  const fixOptions = readFixOptions(fixes, options.option);
  const set = options.set === undefined ? undefined : findSet(pins, options.set);
  const own = targetsOf(set);
  checkLeft(fixes, [...projects, ...own.map((name) => parseTarget(name).project)], selection);
  return {
    targets: [...typed, ...own],
    pins,
    fixes,
    set,
    mirrors: mirrorsOf(options),
    dir: options.dir,
    wish,
    selection,
    fixOptions,
    // Who names fixes wants those, whatever comes of them at the build.
    full: options.full === true || selection.only.length > 0,
    required: readSelection(fixes, { only: options.require ?? [], skip: [] }).only,
  };
}

/** The checkout's own HEAD. */
async function openFolder(dir: string, { fixes, pins, selection }: Request, io: Io): Promise<Target> {
  const target = await openFork(dir, pins);
  try {
    checkLeft(fixes, [target.project], selection);
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

/** The targets of a request, opened. The caller closes them, and the historian that remembers some, if any. */
export async function openTargets(request: Request, io: Io, historian?: Historian): Promise<Target[]> {
  const { targets: names, mirrors, pins, set, dir } = request;
  // Before the mirrors: a fork's commits are nowhere else.
  const folder = dir !== undefined && existsSync(join(dir, '.git')) ? dir : undefined;
  // Grammars compile while git is asked; one that cannot be loaded is said where it is needed. What is remembered
  // may need none.
  if (!historian) for (const language of ['cuda', 'python'] as const) warmUp(language).catch(() => {});
  if (names.length === 0 && dir !== undefined) return [await openFolder(dir, request, io)];
  if (names.length === 0) {
    throw new Failure('usage', 'no target was given', { next: 'for example: --target vllm@v0.16.0' });
  }
  const targets: Target[] = [];
  try {
    for (const name of names) {
      const shared = historian && { readers: historian.readers };
      const target = await resolveTarget(name, { mirrors, pins, folder, progress: io.progress, ...shared });
      targets.push(set ? withBuild(target, set) : target);
      if (historian) await historian.check(target.tree, target.project, name);
      else await checkProject(target.tree, target.project, name);
    }
    return targets;
  } catch (error) {
    for (const target of targets) target.close();
    throw error;
  }
}

/** Judges a tree with the request's fixes and build. */
export async function judgeFor(
  { project, pin, tree }: Buildable,
  { fixes, selection, wish, fixOptions, full }: Request,
): Promise<Omit<Judged, 'target'>> {
  const { build, chosen } = await buildFor({ project, pin, tree }, wish);
  const codemods = selectCodemods(fixes, project, selection);
  const outcomes = await judgeTree(tree, codemods, build, fixOptions, { effects: true, full });
  return { build, outcomes, full, ...(chosen === undefined ? {} : { chosen }) };
}

/** Judges an opened target. */
export async function judgeTarget(target: Target, request: Request): Promise<Judged> {
  const judged = await judgeFor(target, request);
  return { target, ...judged, outcomes: await withHistory(target, judged.outcomes) };
}
