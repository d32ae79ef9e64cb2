import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.js';
import { type Historian, openHistorian } from '../history/historian.js';
import { PinBook, pinKey } from '../history/pin-book.js';
import { type Difference, differences } from '../history/pinned.js';
import { differencesText } from '../report/pins-text.js';
import { type Mirrors, readMirrors } from '../target/mirrors.js';
import { findPin, type Pin } from '../target/pins.js';
import { resolveTarget } from '../target/resolve.js';
import { parseTarget } from '../target/spec.js';
import { gitText } from '../tree/git.js';
import type { Io } from './io.js';
import { addPinOptions, type PinOptions } from './options.js';
import { addSetsCommand } from './pin-sets.js';

interface AddOptions extends PinOptions {
  readonly name?: string;
  readonly note?: string;
  readonly cuda?: string;
  readonly arch?: string;
}

/** What the subcommands work with; saved and closed by `withBook`. */
interface Session {
  readonly book: PinBook;
  readonly mirrors: Mirrors;
  readonly historian: Historian;
}

export async function withBook<T>(options: PinOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const book = await PinBook.open(options.pins);
  const mirrors = readMirrors(options.mirror, process.env['DGX_PATCH_MIRRORS']);
  const historian = await openHistorian(options.cache);
  try {
    return await work({ book, mirrors, historian });
  } finally {
    await historian.close();
  }
}

interface Compared {
  readonly pin: string;
  readonly differences: readonly Difference[];
}

/** Judges pins and compares; with `update`, what was found becomes what is expected. */
async function compare(
  names: readonly string[],
  options: PinOptions,
  io: Io,
  update: boolean,
): Promise<Compared[]> {
  return withBook(options, async ({ book, mirrors, historian }) => {
    const all: Compared[] = [];
    for (const pin of book.select(names)) {
      const { target, outcomes, found } = await book.judge(pin, mirrors, historian, io.progress);
      target.close();
      all.push({ pin: pinKey(pin), differences: differences(pin, book.locked(pin), found, outcomes) });
      if (update) book.put(pin, found);
    }
    if (update) await book.save();
    return all;
  });
}

function print(compared: readonly Compared[], options: PinOptions, io: Io): void {
  if (options.json) io.out(`${JSON.stringify(compared, null, 2)}\n`);
  else io.out(compared.map(({ pin, differences: own }) => differencesText(pin, own)).join(''));
}

/** The revision as a pin: its commit, tag and date, looked up where the target comes from. */
async function describe(text: string, { book, mirrors }: Session, options: AddOptions, io: Io): Promise<Pin> {
  const { project, revision } = parseTarget(text);
  if (findPin(book.pins, project, options.name ?? revision)?.name === (options.name ?? revision)) {
    throw new Failure('usage', `${book.file} has a pin ${project}@${options.name ?? revision} already`, {
      next: `refresh it: dgx-patch pins update ${project}@${options.name ?? revision}`,
    });
  }
  const target = await resolveTarget(text, { mirrors, pins: book.pins, progress: io.progress });
  try {
    const { project: owner, commit, dir } = target;
    const isTag = !/^[0-9a-f]{7,40}$/.test(revision) && target.pin === undefined;
    return {
      project: owner as Pin['project'],
      name: options.name ?? revision,
      commit,
      ...(isTag ? { tag: revision } : {}),
      date: await gitText(dir, ['show', '-s', '--format=%cs', commit]),
      cuda: options.cuda ?? '13.0',
      arch: options.arch ?? '12.1a',
      ...(options.note ? { note: options.note } : {}),
    };
  } finally {
    target.close();
  }
}

async function add(texts: readonly string[], options: AddOptions, io: Io): Promise<void> {
  if (texts.length > 1 && options.name !== undefined) {
    throw new Failure('usage', '--name is for one target', { next: 'leave it out, or add them one by one' });
  }
  const added = await withBook(options, async (session) => {
    const all: Compared[] = [];
    for (const text of texts) {
      const pin = await describe(text, session, options, io);
      const { target, outcomes, found } = await session.book.judge(
        pin,
        session.mirrors,
        session.historian,
        io.progress,
      );
      target.close();
      session.book.put(pin, found);
      all.push({ pin: pinKey(pin), differences: differences(pin, undefined, found, outcomes) });
    }
    await session.book.save();
    return all;
  });
  print(added, options, io);
}

export function pinsCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const pins = program.command('pins').description('check, add, refresh and move the pinned revisions');
  addSetsCommand(pins, io, exit);
  addPinOptions(pins.command('check'))
    .description('judge pins again: exit 1 where a verdict, a site count or a blob is not as the files say')
    .argument('[pins...]', 'project@name (default: all)')
    .action(async (names: string[], options: PinOptions) => {
      const compared = await compare(names, options, io, false);
      print(compared, options, io);
      exit(compared.some(({ differences: own }) => own.length > 0) ? EXIT.blocked : EXIT.done);
    });
  addPinOptions(pins.command('update'))
    .description('write what is found now into the pins file and its lock, and say what changed and why')
    .argument('[pins...]', 'project@name (default: all)')
    .action(async (names: string[], options: PinOptions) =>
      print(await compare(names, options, io, true), options, io),
    );
  addPinOptions(pins.command('add'))
    .description('pin revisions: judged, and written with what was found')
    .argument('<targets...>', 'project@revision')
    .option('--name <name>', 'what the pin is called (default: the revision)')
    .option('--note <text>', 'what it is for')
    .option('--cuda <version>', 'CUDA toolkit version of its build (default: 13.0)')
    .option('--arch <list>', 'arch list of its build (default: 12.1a)')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch pins add vllm@v0.17.0\n  dgx-patch pins add vllm@017e9f4448b700e85ee16023287b025693c72b9e --name main-2026-08',
    )
    .action((texts: string[], options: AddOptions) => add(texts, options, io));
}
