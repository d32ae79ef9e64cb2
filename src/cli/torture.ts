import { type Command, InvalidArgumentError, Option } from 'commander';
import { confluence } from '../author/torture/confluence.js';
import { DAMAGES } from '../author/torture/damage.js';
import { NAMES } from '../author/torture/mutant.js';
import { COLUMNS, kindsOf, Tally } from '../author/torture/tally.js';
import { Rack, type Shrunk, type Trial } from '../author/torture/torture.js';
import type { Codemod } from '../codemod/types.js';
import { EXIT, Failure } from '../failure.js';
import { selectCodemods } from '../fixes/choose.js';
import { buildFor } from '../judge/build-for.js';
import { type TortureReport, tortureText } from '../report/torture.js';
import { tortureMarkdown } from '../report/torture-markdown.js';
import { torturePage } from '../report/torture-page.js';
import type { Target } from '../revision/resolve.js';
import type { Io } from './io.js';
import { addCommonOptions, type CommonOptions } from './options.js';
import { openTargets, type Request, readRequest } from './request.js';

const ORDER = 'order';

interface TortureOptions extends CommonOptions {
  readonly count: number;
  readonly seed: number;
  readonly kind?: readonly string[];
  readonly format?: 'text' | 'json' | 'md' | 'html';
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('a whole number is wanted');
  return value;
}

/** The mutations of the kinds that were asked for; undefined for all. */
function mutationsOf(kinds: readonly string[] | undefined): readonly string[] | undefined {
  const unknown = kinds?.find((kind) => kind !== ORDER && !(COLUMNS as readonly string[]).includes(kind));
  if (unknown !== undefined) {
    throw new Failure('usage', `there is no kind ${JSON.stringify(unknown)}`, {
      next: `one of: ${[...COLUMNS, ORDER].join(', ')}`,
    });
  }
  return kinds && [...NAMES, ...DAMAGES].filter((name) => kinds.includes(kindsOf({ mutations: [name] })[0]!));
}

/** How many faults of a fix are made small: the first ones say most. */
const SHRUNK = 2;

interface Work {
  readonly tally: Tally;
  readonly faults: Shrunk[];
  readonly touched: Set<string>;
}

/** Some mutants of one fix on one target. */
async function torture(
  codemod: Codemod,
  target: Target,
  request: Request,
  { seeds, only }: { readonly seeds: readonly number[]; readonly only: readonly string[] | undefined },
  { tally, faults, touched }: Work,
): Promise<void> {
  const { project, revision, tree, pin } = target;
  const rack = new Rack({
    codemod,
    target: `${project}@${revision}`,
    tree,
    build: (await buildFor({ project, pin, tree }, request.wish)).build,
  });
  try {
    if ((await rack.files()).size === 0) return;
    touched.add(codemod.id);
    const bad: Trial[] = [];
    for (const seed of seeds) {
      const trial = await rack.trial(seed, only);
      if (!trial) continue;
      tally.add(trial);
      if (trial.result === 'silent' || trial.result === 'wrong') bad.push(trial);
    }
    for (const trial of bad.slice(0, SHRUNK)) faults.push(await rack.shrink(trial));
  } finally {
    rack.close();
  }
}

async function run(request: Request, options: TortureOptions, io: Io): Promise<TortureReport> {
  const only = mutationsOf(options.kind);
  const work: Work = { tally: new Tally(), faults: [], touched: new Set() };
  const orders: { target: string; seed: number; paths: readonly string[] }[] = [];
  const targets = await openTargets(request, io);
  try {
    const pairs = targets.flatMap((target) =>
      selectCodemods(request.fixes, target.project, request.selection).map((codemod) => ({
        target,
        codemod,
      })),
    );
    const each = Math.max(1, Math.ceil(options.count / Math.max(1, pairs.length)));
    const seeds = Array.from({ length: each }, (_, at) => options.seed + at);
    for (const { target, codemod } of pairs) {
      io.progress(`${codemod.id} on ${target.project}@${target.revision}`);
      if (!only || only.length > 0) await torture(codemod, target, request, { seeds, only }, work);
    }
    for (const target of targets) {
      if (options.kind && !options.kind.includes(ORDER)) continue;
      io.progress(`orders of fixes on ${target.project}@${target.revision}`);
      const codemods = selectCodemods(request.fixes, target.project, request.selection);
      const { build } = await buildFor(target, request.wish);
      const paths = await confluence(codemods, target.tree, build, options.seed);
      if (paths.length > 0)
        orders.push({ target: `${target.project}@${target.revision}`, seed: options.seed, paths });
    }
    const { tally, faults, touched } = work;
    const untouched = [...new Set(pairs.map(({ codemod }) => codemod.id))].filter((id) => !touched.has(id));
    const total = tally.total();
    const mutants = Object.values(total).reduce((sum, count) => sum + count, 0);
    return { seed: options.seed, mutants, total, rows: tally.rows(), faults, untouched, orders };
  } finally {
    for (const target of targets) target.close();
  }
}

const print = {
  text: tortureText,
  md: tortureMarkdown,
  html: torturePage,
  json: (report: TortureReport) => `${JSON.stringify(report)}\n`,
};

/** `fix torture`: a fix proves that it survives sources that nobody has written yet. */
export function addTorture(fix: Command, io: Io, exit: (code: number) => void): void {
  addCommonOptions(fix.command('torture [ids...]'))
    .description('mutates real sources, and looks whether fixes are right, leave alone, drift, or are wrong')
    .option('--count <n>', 'mutants over all fixes and targets', whole, 2000)
    .option('--seed <n>', 'the first seed; the same one gives the same mutants', whole, 1)
    .option('--kind <kinds>', `of ${[...COLUMNS, ORDER].join(', ')}`, (text) => text.split(','))
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json', 'md', 'html']))
    .addHelpText(
      'after',
      '\nExit code 4 where a fix was silent or wrong, or where the order of fixes matters.\n\nExamples:\n  dgx-patch fix torture --target vllm@v0.16.0\n  dgx-patch fix torture vllm/mtp-exclusion --target vllm@v0.16.0 --kind layout,place --count 500',
    )
    .action(async (ids: string[], options: TortureOptions) => {
      const request = await readRequest({ ...options, only: [...options.only, ...ids] });
      const report = await run(request, options, io);
      io.out(print[options.json ? 'json' : (options.format ?? 'text')](report));
      const failed = report.total.silent + report.total.wrong + report.orders.length > 0;
      exit(failed ? EXIT.proof : EXIT.done);
    });
}
