import type { Command } from 'commander';
import type { Codemod } from '../codemod/types.js';
import { EXIT } from '../failure.js';
import { selectCodemods } from '../fixes/choose.js';
import { accountOf } from '../history/account.js';
import type { UpstreamCommit } from '../history/timeline.js';
import { wayBetween } from '../history/way.js';
import { retireText } from '../report/retire-text.js';
import { pinsInUse, type Retirable, retirable, type Used } from '../upkeep/retire.js';
import type { Io } from './io.js';
import { addPinOptions, type PinOptions } from './options.js';
import { type Session, withBook } from './session.js';

async function judgeAll(
  { book, mirrors, historian }: Session,
  projects: ReadonlySet<string>,
  io: Io,
): Promise<Used[]> {
  const all: Used[] = [];
  for (const pin of book.pins.pins) {
    if (projects.has(pin.project))
      all.push({ pin, judged: await book.judge(pin, mirrors, historian, io.progress) });
  }
  return all;
}

/** The commit between two pins that made a fix superfluous. */
async function becauseOf(
  { id, project }: Codemod,
  from: Used,
  to: Used,
  { book, historian, mirrors }: Session,
): Promise<UpstreamCommit | undefined> {
  const question = { codemods: selectCodemods(book.fixes, project), build: to.judged.build, options: {} };
  const guide = { historian, mirrors, pins: book.pins };
  const way = await wayBetween(from.judged.target, to.judged.target, question, guide);
  return way && accountOf(way, id, false)?.because;
}

async function findRetirable(names: readonly string[], options: PinOptions, io: Io): Promise<Retirable[]> {
  return withBook(options, async (session) => {
    const { book } = session;
    const inUse = names.length > 0 ? book.select(names) : pinsInUse(book.pins);
    const all = await judgeAll(session, new Set(inUse.map(({ project }) => project)), io);
    try {
      const used = all.filter(({ pin }) => inUse.includes(pin));
      const found: Retirable[] = [];
      for (const { codemod, verdicts, from, to } of retirable(book.fixes, used, all)) {
        const because = from && (await becauseOf(codemod, from, to, session));
        found.push({ id: codemod.id, verdicts, rule: codemod.retire, ...(because ? { because } : {}) });
      }
      return found;
    } finally {
      for (const { judged } of all) judged.target.close();
    }
  });
}

export function retireCommand(program: Command, io: Io, exit: (code: number) => void): void {
  addPinOptions(program.command('retire'))
    .description(
      'fixes that no pin in use needs any more, with the upstream commit that made each superfluous',
    )
    .argument('[pins...]', 'the pins in use, as project@name (default: those that sets name, else all)')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch retire\n  dgx-patch retire vllm@v0.20.2 vllm@main-2026-08-17',
    )
    .action(async (names: string[], options: PinOptions) => {
      const found = await findRetirable(names, options, io);
      io.out(options.json ? `${JSON.stringify(found, null, 2)}\n` : retireText(found));
      exit(EXIT.done);
    });
}
