import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { exitOf } from '../codemod/verdict.js';
import { Failure } from '../failure.js';
import { selectCodemods } from '../fixes/choose.js';
import type { Comparison } from '../history/compare.js';
import { counselOn, warningsOf } from '../judge/counsel.js';
import type { Proof } from '../judge/proved.js';
import { type Review, reviewOf } from '../judge/review.js';
import { proofOf, readProofs } from '../report/proofs.js';
import type { Io } from './io.js';
import { addCommonOptions, addDirOption, type CommonOptions, collect } from './options.js';
import { judgeTarget, openTargets, readRequest } from './request.js';
import { toolVersion } from './version.js';

export interface ReviewOptions<Format extends string> extends CommonOptions {
  readonly format?: Format;
  readonly from?: string;
  readonly to?: string;
  readonly proof?: string[];
  /** Set by the command: say which arch to choose, and warn of harmful edits. */
  readonly advice?: boolean;
}

/** What a command reports on: targets, or what changes from one revision to another. */
export interface Reviewed {
  readonly reviews: readonly Review[];
  readonly comparison?: Comparison;
}

export function addReviewOptions(command: Command, formats: readonly string[]): Command {
  return addDirOption(addCommonOptions(command))
    .addOption(new Option('--format <format>', `how to print it (default: ${formats[0]})`).choices(formats))
    .option('--from <project@revision>', 'with --to: what changes between two revisions')
    .option('--to <project@revision>', 'see --from')
    .option(
      '--proof <file>',
      'a proof that verify --json wrote, to be shown and checked; repeatable',
      collect,
      [],
    );
}

function withProof(review: Review, proofs: readonly Proof[]): Review {
  return { ...review, proof: proofOf(review, proofs, toolVersion()) };
}

async function compareRevisions(options: ReviewOptions<string>, io: Io): Promise<Reviewed> {
  if (options.from === undefined || options.to === undefined || (options.target?.length ?? 0) > 0) {
    throw new Failure('usage', '--from and --to go together, and without --target', {
      next: 'for example: --from vllm@v0.16.0 --to vllm@v0.17.0',
    });
  }
  const { compare, openHistorian, wayBetween } = await import('./comparing.js');
  const request = await readRequest({ ...options, target: [options.from, options.to] });
  const targets = await openTargets(request, io);
  const historian = await openHistorian(true);
  try {
    const [from, to] = [targets[0]!, targets[1]!];
    if (from.project !== to.project) {
      throw new Failure('usage', `${options.from} and ${options.to} are of two projects`, {
        next: 'compare two revisions of one project',
      });
    }
    const after = await judgeTarget(to, request);
    // An arch that was chosen is chosen once: the builds that are compared are the same.
    const wish = after.chosen === undefined ? request.wish : after.build;
    const before = await judgeTarget(from, { ...request, wish });
    io.progress('looking for the upstream commits behind the changes');
    const { mirrors, pins, fixOptions } = request;
    const codemods = selectCodemods(request.fixes, to.project, request.selection);
    const way = await wayBetween(
      from,
      to,
      { codemods, build: after.build, options: fixOptions },
      { historian, mirrors, pins },
    );
    const proofs = await readProofs(options.proof ?? []);
    const reviews = [
      withProof(await reviewOf(before, from.tree), proofs),
      withProof(await reviewOf(after, to.tree), proofs),
    ] as const;
    return { reviews, comparison: compare(...reviews, way) };
  } finally {
    await historian.close();
    for (const target of targets) target.close();
  }
}

/** Judges what the options name. */
export async function openReviews(options: ReviewOptions<string>, io: Io): Promise<Reviewed> {
  if (options.from !== undefined || options.to !== undefined) return compareRevisions(options, io);
  const request = await readRequest(options);
  const targets = await openTargets(request, io);
  try {
    const proofs = await readProofs(options.proof ?? []);
    const reviews: Review[] = [];
    for (const target of targets) {
      const judged = await judgeTarget(target, request);
      const counsel = options.advice
        ? await counselOn(target, judged)
        : { warnings: await warningsOf(target, judged) };
      reviews.push(withProof(await reviewOf({ ...judged, ...counsel }, target.tree), proofs));
    }
    return { reviews };
  } finally {
    for (const target of targets) target.close();
  }
}

/** Formats that `status` and `diff` share. Of two revisions, findings are those of the second. */
export async function machineReport(
  format: 'html' | 'sarif' | 'github',
  { reviews, comparison }: Reviewed,
  options: CommonOptions,
): Promise<string> {
  const { annotations, page, pinPlaceIn, sarif } = await import('./machine-reports.js');
  if (format === 'html') return page(reviews, comparison);
  const subject = comparison ? [comparison.to] : reviews;
  const pinOf = pinPlaceIn(options.pins, await readFile(options.pins, 'utf8'));
  return format === 'sarif' ? sarif(subject, toolVersion(), pinOf) : annotations(subject, pinOf);
}

/** The comparison's document, for --json. */
export function comparisonDocument({ from, to, changes }: Comparison): unknown {
  return {
    from: from.target,
    to: to.target,
    build: to.build,
    changes: changes.map(({ id, kind, from: was, to: is, because, spans }) => ({
      id,
      kind,
      from: was.outcome.verdict,
      to: is.outcome.verdict,
      reason: is.outcome.reason,
      ...(because ? { because } : {}),
      ...(spans
        ? { verdicts: spans.map(({ verdict, because: by }) => ({ verdict, ...(by ? { because: by } : {}) })) }
        : {}),
    })),
  };
}

/** 1 where something blocks at what would be applied, 3 where something could not be judged. */
export function blockedCode({ reviews, comparison }: Reviewed): number {
  const subject = comparison ? [comparison.to] : reviews;
  return exitOf(subject.flatMap(({ outcomes }) => outcomes));
}
