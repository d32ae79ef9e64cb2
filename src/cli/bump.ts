import { type Command, Option } from 'commander';
import { exitOf } from '../codemod/verdict.js';
import { EXIT } from '../failure.js';
import { selectCodemods } from '../fixes/choose.js';
import { describeCommit } from '../history/chronicle.js';
import { type Comparison, compare } from '../history/compare.js';
import { type Forecast, forecast } from '../history/forecast.js';
import type { Timeline } from '../history/timeline.js';
import { wayBetween } from '../history/way.js';
import { reviewOf } from '../judge/review.js';
import type { Pin } from '../pins/pins.js';
import { comparisonMarkdown } from '../report/comparison-markdown.js';
import { comparisonText } from '../report/comparison-text.js';
import { lastGoodWords } from '../report/history-text.js';
import { PROJECTS } from '../source/project.js';
import type { JudgedPin } from '../upkeep/book.js';
import { movedName, newestCommit, pinToMove } from '../upkeep/bump.js';
import { describeRevision } from '../upkeep/describe.js';
import type { Io } from './io.js';
import { addPinOptions, type PinOptions } from './options.js';
import { comparisonDocument } from './reviews.js';
import { type Session, withBook } from './session.js';

interface BumpOptions extends PinOptions {
  readonly to?: string;
  readonly pin?: string;
  readonly lastGood?: boolean;
  readonly dryRun?: boolean;
  readonly exitCode?: boolean;
  readonly format: 'text' | 'json' | 'md';
}

const reviewAt = ({ target, build, outcomes }: JudgedPin) =>
  reviewOf({ target, build, outcomes, full: true }, target.tree);

interface Move {
  readonly moved: Pin;
  readonly comparison: Comparison;
  readonly after: JudgedPin;
  /** Where the history at hand holds the way. */
  readonly ahead: Forecast | undefined;
}

function wayOf(
  before: JudgedPin,
  after: JudgedPin,
  moved: Pin,
  session: Session,
): Promise<Timeline | undefined> {
  const { book, mirrors, historian } = session;
  const codemods = selectCodemods(book.fixes, moved.project);
  const question = { codemods, build: after.build, options: {} };
  return wayBetween(before.target, after.target, question, { historian, mirrors, pins: book.pins });
}

/** Judges a pin where it is and where it goes, and says what changes. */
async function tryMove(pin: Pin, moved: Pin, session: Session, io: Io): Promise<Move> {
  const { book, mirrors, historian } = session;
  const before = await book.judge(pin, mirrors, historian, io.progress);
  const after = await book.judge(moved, mirrors, historian, io.progress);
  try {
    const way = await wayOf(before, after, moved, session);
    const { dir, commit } = after.target;
    const ahead = way && forecast(way, await describeCommit(dir, commit));
    const comparison = compare(await reviewAt(before), await reviewAt(after), way);
    return { moved, comparison, after, ahead };
  } finally {
    before.target.close();
    after.target.close();
  }
}

function render(comparison: Comparison, options: BumpOptions, colour: boolean): string {
  const format = options.json ? 'json' : options.format;
  if (format === 'json') return `${JSON.stringify(comparisonDocument(comparison), null, 2)}\n`;
  return format === 'md' ? comparisonMarkdown(comparison) : comparisonText(comparison, colour);
}

async function bump(project: Pin['project'], options: BumpOptions, io: Io): Promise<number> {
  return withBook(options, async (session) => {
    const { book, mirrors } = session;
    const pin = pinToMove(book.pins, project, options.pin);
    const revision = options.to ?? (await newestCommit(project, mirrors, book.pins));
    const { tag: _, ...rest } = pin;
    const goTo = async (where: string): Promise<Move> => {
      const described = await describeRevision(`${project}@${where}`, mirrors, book.pins, io.progress);
      return tryMove(pin, { ...rest, ...described, name: movedName(pin, described) }, session, io);
    };
    let move = await goTo(revision);
    const stop = move.ahead?.lastGood.commit;
    if (options.lastGood && stop !== undefined && stop !== move.moved.commit) move = await goTo(stop);
    const { moved, comparison, after, ahead } = move;
    io.out(render(comparison, options, io.colour));
    if (ahead && ahead.lastGood.commit !== moved.commit)
      io.err(`${lastGoodWords(ahead)}: --last-good stops there\n`);
    if (!options.dryRun) {
      book.move(pin, moved, after.found);
      await book.save();
    }
    const code = exitOf(after.outcomes);
    if (code !== EXIT.done) return code;
    const differs = comparison.changes.some(({ kind }) => kind !== 'same');
    return options.exitCode && differs ? EXIT.blocked : EXIT.done;
  });
}

export function bumpCommand(pins: Command, io: Io, exit: (code: number) => void): void {
  addPinOptions(pins.command('bump'))
    .description('move a pin, and say what upstream made superfluous, what is newly needed, and what drifted')
    .argument('<project>', `one of ${PROJECTS.join(', ')}`)
    .option('--to <revision>', 'where to (default: the newest commit of the default branch)')
    .option('--pin <name>', 'which pin (default: the only one)')
    .option('--last-good', 'no farther than the last commit before a fix needs your hand')
    .option('--dry-run', 'judge and report, and write nothing')
    .option('--exit-code', 'exit 1 where anything changes, and not only where a fix drifted')
    .addOption(
      new Option('--format <format>', 'how to print it').choices(['text', 'json', 'md']).default('text'),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 moved; 1 moved, and a fix is drifted, conflicting or refused there\n' +
        '\nExamples:\n  dgx-patch pins bump vllm --to v0.17.0\n  dgx-patch pins bump vllm --pin stable --dry-run --format md',
    )
    .action(async (project: Pin['project'], options: BumpOptions) => exit(await bump(project, options, io)));
}
