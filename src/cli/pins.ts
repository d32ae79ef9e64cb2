import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.js';
import { AUTO, checkWish } from '../judge/build-for.js';
import type { Pin } from '../pins/pins.js';
import { differencesText } from '../report/pins-text.js';
import { parseTarget } from '../revision/spec.js';
import { pinKey } from '../upkeep/book.js';
import { describeRevision } from '../upkeep/describe.js';
import { type Difference, differences } from '../upkeep/snapshot.js';
import { bumpCommand } from './bump.js';
import type { Io } from './io.js';
import { addPinOptions, type PinOptions } from './options.js';
import { addSetsCommand } from './pin-sets.js';
import { type Session, withBook } from './session.js';

interface AddOptions extends PinOptions {
  readonly name?: string;
  readonly note?: string;
  readonly cuda?: string;
  readonly arch?: string;
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

/** The pin that a target becomes, with the options' name, build and note. */
async function pinFor(text: string, { book, mirrors }: Session, options: AddOptions, io: Io): Promise<Pin> {
  const { project, revision } = parseTarget(text);
  const name = options.name ?? revision;
  if (book.pins.pins.some((pin) => pin.project === project && pin.name === name)) {
    throw new Failure('usage', `${book.file} has a pin ${project}@${name} already`, {
      next: `refresh it: dgx-patch pins update ${project}@${name}`,
    });
  }
  return {
    ...(await describeRevision(text, mirrors, book.pins, io.progress)),
    name,
    cuda: options.cuda ?? '13.0',
    ...(options.arch === undefined || options.arch === AUTO ? {} : { arch: options.arch }),
    ...(options.note ? { note: options.note } : {}),
  };
}

async function add(texts: readonly string[], options: AddOptions, io: Io): Promise<void> {
  checkWish(options);
  if (texts.length > 1 && options.name !== undefined) {
    throw new Failure('usage', '--name is for one target', { next: 'leave it out, or add them one by one' });
  }
  const added = await withBook(options, async (session) => {
    const all: Compared[] = [];
    for (const text of texts) {
      const pin = await pinFor(text, session, options, io);
      const { target, build, outcomes, found } = await session.book.judge(
        pin,
        session.mirrors,
        session.historian,
        io.progress,
      );
      target.close();
      const whole: Pin = { ...pin, arch: build.arch };
      session.book.put(whole, found);
      all.push({ pin: pinKey(whole), differences: differences(whole, undefined, found, outcomes) });
    }
    await session.book.save();
    return all;
  });
  print(added, options, io);
}

export function pinsCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const pins = program.command('pins').description('check, add, refresh and move the pinned revisions');
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
    .option('--arch <list>', 'arch list of its build (default: auto, what takes fewest edits)')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch pins add vllm@v0.17.0\n  dgx-patch pins add vllm@017e9f4448b700e85ee16023287b025693c72b9e --name main-2026-08',
    )
    .action((texts: string[], options: AddOptions) => add(texts, options, io));
  bumpCommand(pins, io, exit);
  addSetsCommand(pins, io, exit);
}
