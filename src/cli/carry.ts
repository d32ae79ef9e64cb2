import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import {
  checkedPatch,
  drop,
  rebased,
  type Source,
  sourceOfCommit,
  sourceOfPatch,
  tryOn,
} from '../author/carry/carry.js';
import { checkId, homeOf, nameHome, placeFor } from '../author/carry/place.js';
import { writeCarried } from '../author/carry/write-carried.js';
import { EXIT, Failure } from '../failure.js';
import { type Carried, carriedIn } from '../fixes/carried/read.js';
import { foldersOf } from '../fixes/fix-set.js';
import { readPins } from '../pins/pins.js';
import { carriedText, outcomeLines } from '../report/carried-text.js';
import { resolveTarget, type Target } from '../revision/resolve.js';
import { isUrl } from '../revision/spec.js';
import { PROJECTS, type Project } from '../source/project.js';
import { ObjectReader } from '../tree/object-reader.js';
import type { Io } from './io.js';
import { mirrorsOf } from './mirrors.js';
import { collect, defaultPins } from './options.js';

interface CarryOptions {
  readonly pins: string;
  readonly mirror: string[];
  readonly fixes: string[];
  readonly json?: boolean;
}

interface AddOptions extends CarryOptions {
  readonly project: Project;
  readonly id?: string;
  readonly why?: string;
  readonly dropWhen?: string;
  readonly base?: string;
}

const addCarryOptions = (command: Command): Command =>
  command
    .option(
      '--fixes <dir>',
      'the folder of own fixes (default: that of the pins file, else fixes beside it)',
      collect,
      [],
    )
    .option('--pins <file>', 'the pins file', defaultPins())
    .option('--mirror <project=dir|url>', 'read a project from here; repeatable', collect, [])
    .option('--json', 'one JSON document on stdout');

/** Opens revisions of a project, one after the other, while `work` looks at each. */
async function withTargets<T>(
  names: readonly string[],
  options: CarryOptions,
  io: Io,
  work: (targets: Target[]) => Promise<T>,
): Promise<T> {
  const resolving = {
    mirrors: mirrorsOf(options),
    pins: await readPins(options.pins),
    progress: io.progress,
  };
  const targets: Target[] = [];
  try {
    for (const name of names) targets.push(await resolveTarget(name, resolving));
    return await work(targets);
  } finally {
    for (const target of targets) target.close();
  }
}

/** Pins of a project, newest first, as far as the mirrors have them: a patch may have been made on one. */
async function pinnedTargets(project: Project, options: CarryOptions, io: Io): Promise<Target[]> {
  const pins = await readPins(options.pins);
  const mirrors = mirrorsOf(options);
  // Nothing is fetched to guess a base.
  if (!mirrors.has(project) || mirrors.get(project)!.some(isUrl)) return [];
  const targets: Target[] = [];
  for (const { name } of pins.pins.filter((pin) => pin.project === project).reverse()) {
    const found = await resolveTarget(`${project}@${name}`, { mirrors, pins, progress: io.progress }).catch(
      (error) => {
        if (error instanceof Failure && error.kind === 'unavailable') return undefined;
        throw error;
      },
    );
    if (found) targets.push(found);
  }
  return targets;
}

async function patchSource(what: string, options: AddOptions, io: Io): Promise<Source> {
  const bytes = what === '-' ? await buffer(process.stdin) : await readFile(what);
  const patch = checkedPatch(bytes.toString('latin1'));
  const { project, base } = options;
  const dirs = (mirrorsOf(options).get(project) ?? []).filter((place) => !isUrl(place) && existsSync(place));
  const readers = dirs.map((dir) => new ObjectReader(dir));
  const find = (targets: readonly Target[]): Promise<Source> =>
    sourceOfPatch(patch, what, {
      readers,
      trees: targets.map(({ revision, tree }) => ({ name: `${project}@${revision}`, tree })),
    });
  try {
    if (base !== undefined) return await withTargets([`${project}@${base}`], options, io, find);
    const pinned = await pinnedTargets(project, options, io);
    try {
      return await find(pinned);
    } finally {
      for (const target of pinned) target.close();
    }
  } finally {
    for (const reader of readers) reader.close();
  }
}

async function add(what: string, options: AddOptions, io: Io): Promise<void> {
  const { project, why, dropWhen } = options;
  const home = await homeOf(options.fixes, options.pins);
  const isPatch = what === '-' || existsSync(what);
  const found = isPatch
    ? await patchSource(what, options, io)
    : await withTargets([`${project}@${what}`], options, io, ([target]) => sourceOfCommit(target!));
  const { source, title, base, change } = found;
  const name = source.pull ? `pr-${source.pull.slice(1)}` : (source.commit?.slice(0, 12) ?? slug(title));
  const id = checkId(options.id ?? `carried/${project}-${name}`);
  const dir = placeFor(home, project, id);
  const about = {
    id,
    project,
    title,
    ...(why ? { why } : {}),
    ...(dropWhen ? { dropWhen } : {}),
    source,
    ...(base ? { base } : {}),
  };
  await writeCarried(dir, about, change);
  await nameHome(home);
  if (options.json)
    io.out(`${JSON.stringify({ id, dir, files: change.files.map(({ path }) => path) }, null, 2)}\n`);
  else {
    io.out(
      `${id}  ${title}\n  ${dir}: ${change.files.length} ${change.files.length === 1 ? 'file' : 'files'}\n`,
    );
    io.out(`  next: dgx-patch status --target ${project}@<revision> --only ${id}\n`);
  }
}

const slug = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40) || 'patch';

async function allCarried(options: CarryOptions): Promise<Carried[]> {
  const { fixes: named } = await readPins(options.pins);
  return (
    await Promise.all(foldersOf({ given: options.fixes, pins: options.pins, named }).map(carriedIn))
  ).flat();
}

async function one(id: string, options: CarryOptions): Promise<Carried> {
  const all = await allCarried(options);
  const found = all.find(({ meta }) => meta.id === id);
  if (found) return found;
  throw new Failure('usage', `no carried patch is called ${JSON.stringify(id)}`, {
    next:
      all.length === 0
        ? 'carry one: dgx-patch carry add'
        : `there are: ${all.map(({ meta }) => meta.id).join(', ')}`,
  });
}

async function refresh(id: string, options: CarryOptions & { target: string }, io: Io): Promise<void> {
  const carried = await one(id, options);
  const { meta, dir } = carried;
  await withTargets([options.target], options, io, async ([target]) => {
    if (target!.project !== meta.project)
      throw new Failure('usage', `${id} is for ${meta.project}, not for ${target!.project}`);
    const change = await rebased(carried, target!);
    const { formatVersion: _, files: __, known: ___, lineage: ____, ...about } = meta;
    await writeCarried(dir, { ...about, base: target!.commit }, change);
    io.out(`${id} is on ${target!.project}@${target!.revision} now: ${change.files.length} files\n`);
  });
}

async function tryAt(id: string, options: CarryOptions & { target: string }, io: Io): Promise<void> {
  const { change } = await one(id, options);
  await withTargets([options.target], options, io, async ([target]) => {
    io.out(outcomeLines(await tryOn(change, target!)));
  });
}

export function carryCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const carry = program
    .command('carry')
    .description("upstream's commits and patches, carried as fixes of one's own");
  addCarryOptions(carry.command('add'))
    .description('carry a commit of a mirror, a patch file, or a diff on standard input (-)')
    .argument('<commit|file.patch|->', 'what to carry')
    .addOption(
      new Option('--project <project>', 'what it is for').choices([...PROJECTS]).makeOptionMandatory(),
    )
    .option('--id <id>', 'what it is called, as <name space>/<name> (default: carried/<project>-pr-<number>)')
    .option('--why <text>', 'what breaks without it, and for whom')
    .option('--drop-when <text>', 'when it can be dropped')
    .option('--base <revision>', 'the revision that a patch was made on')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch carry add 1c607d7b2cd4 --project vllm --id acme/vllm-megamoe\n  dgx-patch carry add fix.patch --project flashinfer --base v0.6.0\n  git diff main... | dgx-patch carry add - --project vllm --id acme/mine',
    )
    .action((what: string, options: AddOptions) => add(what, options, io));
  addCarryOptions(carry.command('list'))
    .description('what is carried')
    .action(async (options: CarryOptions) => {
      const all = (await allCarried(options)).map(({ dir, meta }) => ({ dir, ...meta }));
      io.out(options.json ? `${JSON.stringify(all, null, 2)}\n` : carriedText(all));
    });
  addCarryOptions(carry.command('show'))
    .description('what a carried patch is on a revision, file by file, with both texts where they conflict')
    .argument('<id>', 'as list names it')
    .requiredOption('--target <project@revision>', 'the revision')
    .action((id: string, options: CarryOptions & { target: string }) => tryAt(id, options, io));
  addCarryOptions(carry.command('refresh'))
    .description('put a carried patch onto another revision, where it merges whole')
    .argument('<id>', 'as list names it')
    .requiredOption('--target <project@revision>', 'the revision that it shall be on')
    .action((id: string, options: CarryOptions & { target: string }) => refresh(id, options, io));
  addCarryOptions(carry.command('drop'))
    .description('carry a patch no more: its folder is removed')
    .argument('<id>', 'as list names it')
    .action(async (id: string, options: CarryOptions) => {
      const carried = await one(id, options);
      await drop(carried);
      io.out(`${id} is dropped: ${carried.dir}\n`);
      exit(EXIT.done);
    });
}
