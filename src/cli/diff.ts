import type { Command } from 'commander';
import { BLOCKING } from '../codemod/verdict.js';
import { EXIT } from '../failure.js';
import type { Review } from '../judge/review.js';
import { comparisonMarkdown } from '../report/comparison-markdown.js';
import { editsDiff } from '../report/comparison-text.js';
import { statusDocument } from '../report/document.js';
import { diffMarkdown } from '../report/markdown.js';
import { decoded } from '../source/text.js';
import { addInstalledOptions, type InstalledOptions, isInstalled } from './installed.js';
import { diffInstalled } from './installed-status.js';
import type { Io } from './io.js';
import {
  addReviewOptions,
  blockedCode,
  comparisonDocument,
  machineReport,
  openReviews,
  type Reviewed,
  type ReviewOptions,
} from './reviews.js';
import { sayWarnings } from './warnings.js';

const FORMATS = ['patch', 'text', 'json', 'md', 'sarif', 'html', 'github'] as const;

export interface DiffOptions extends ReviewOptions<(typeof FORMATS)[number]> {
  readonly exitCode?: boolean;
}

function document({ reviews, comparison }: Reviewed): string {
  const documents = reviews.map((review) => ({ ...statusDocument(review), patch: decoded(review.patch) }));
  const one = documents.length === 1 ? documents[0] : documents;
  const value = comparison
    ? { ...(comparisonDocument(comparison) as object), edits: editsDiff(comparison) }
    : one;
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function render(reviewed: Reviewed, options: DiffOptions): Promise<string | Buffer> {
  const { reviews, comparison } = reviewed;
  const format = options.json ? 'json' : (options.format ?? 'patch');
  if (format === 'json') return document(reviewed);
  if (format === 'md') return comparison ? comparisonMarkdown(comparison) : diffMarkdown(reviews);
  if (format !== 'patch' && format !== 'text') return machineReport(format, reviewed, options);
  return comparison
    ? editsDiff(comparison)
    : Buffer.from(reviews.map(({ patch }) => patch).join(''), 'latin1');
}

function sayWhatBlocks(reviews: readonly Review[], io: Io): void {
  for (const { codemod, verdict, reason } of reviews.flatMap(({ outcomes }) => outcomes)) {
    if (BLOCKING.has(verdict)) io.err(`${codemod.id}: ${verdict}: ${reason}\n`);
  }
}

/** The edits on stdout, and what blocks on stderr. Returns the exit code. */
export async function showDiff(options: DiffOptions, io: Io): Promise<number> {
  const reviewed = await openReviews(options, io);
  const { reviews, comparison } = reviewed;
  sayWhatBlocks(comparison ? [comparison.to] : reviews, io);
  sayWarnings(
    reviews.flatMap(({ warnings = [] }) => warnings),
    io,
  );
  io.out(await render(reviewed, options));
  const different = comparison ? editsDiff(comparison) !== '' : reviews.some(({ patch }) => patch !== '');
  return options.exitCode && different ? EXIT.blocked : blockedCode(reviewed);
}

export function diffCommand(program: Command, io: Io, exit: (code: number) => void): void {
  addInstalledOptions(addReviewOptions(program.command('diff'), FORMATS))
    .description('the edits as one unified patch on stdout, for git apply --3way; or as a report to review')
    .option('--exit-code', 'exit 1 where there is a difference, as git does')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch diff --target vllm@v0.16.0 > spark.patch\n  dgx-patch diff --target vllm@v0.16.0 --only vllm/software-e2m1 --exit-code\n  dgx-patch diff --target vllm@v0.16.0 --format html > review.html\n  dgx-patch diff --from vllm@v0.16.0 --to vllm@v0.17.0 --format md',
    )
    .action(async (options: DiffOptions & InstalledOptions) => {
      exit(await (isInstalled(options.target) ? diffInstalled : showDiff)(options, io));
    });
}
