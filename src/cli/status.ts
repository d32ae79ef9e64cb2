import type { Command } from 'commander';
import { BLOCKING } from '../codemod/verdict.js';
import { type Review, toDo } from '../judge/review.js';
import { comparisonMarkdown } from '../report/comparison-markdown.js';
import { comparisonText } from '../report/comparison-text.js';
import { statusDocument } from '../report/document.js';
import { statusMarkdown } from '../report/markdown.js';
import { statusText } from '../report/status-text.js';
import { statusTable } from '../report/text.js';
import { addInstalledOptions, type InstalledOptions, isInstalled } from './installed.js';
import type { Io } from './io.js';
import { commandLine } from './next.js';
import {
  addReviewOptions,
  blockedCode,
  comparisonDocument,
  machineReport,
  openReviews,
  type Reviewed,
  type ReviewOptions,
} from './reviews.js';

const FORMATS = ['text', 'json', 'md', 'sarif', 'html', 'github'] as const;
type StatusOptions = ReviewOptions<(typeof FORMATS)[number]> & { readonly verbose?: boolean };

function document({ reviews, comparison }: Reviewed): string {
  const documents = reviews.map(statusDocument);
  const one = documents.length === 1 ? documents[0] : documents;
  return `${JSON.stringify(comparison ? comparisonDocument(comparison) : one, null, 2)}\n`;
}

/** What to do about a status: apply, without what cannot be done. */
function nextAfter(review: Review, options: StatusOptions): string | undefined {
  const blocked = review.outcomes
    .filter(({ verdict }) => BLOCKING.has(verdict))
    .map(({ codemod }) => codemod.id);
  const needed = toDo(review).some(({ verdict }) => verdict === 'needed');
  return needed ? commandLine('apply', options, { skip: blocked }) : undefined;
}

async function render(reviewed: Reviewed, options: StatusOptions, colour: boolean): Promise<string> {
  const { reviews, comparison } = reviewed;
  const format = options.json ? 'json' : (options.format ?? 'text');
  if (format === 'json') return document(reviewed);
  if (format === 'md') return comparison ? comparisonMarkdown(comparison) : statusMarkdown(reviews);
  if (format !== 'text') return machineReport(format, reviewed, options);
  if (comparison) return comparisonText(comparison, colour);
  if (reviews.length !== 1) return statusTable(reviews, colour);
  const { verbose = false } = options;
  return statusText(reviews[0]!, colour, { verbose, next: nextAfter(reviews[0]!, options) });
}

export function statusCommand(program: Command, io: Io, exit: (code: number) => void): void {
  addInstalledOptions(addReviewOptions(program.command('status'), FORMATS))
    .description(
      'what matters for GB10, and the verdict of every fix, read from git objects without a checkout',
    )
    .option('-v, --verbose', 'every site, right ones as well (text)')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch status --target vllm@v0.16.0\n  dgx-patch status --target vllm@v0.15.1 --target vllm@v0.20.0 --arch 12.0f --json\n  dgx-patch status --from vllm@v0.16.0 --to vllm@v0.17.0 --format md',
    )
    .action(async (options: StatusOptions & InstalledOptions) => {
      if (isInstalled(options.target)) {
        const { statusInstalled } = await import('./installed-status.js');
        return exit(await statusInstalled(options, io));
      }
      const reviewed = await openReviews({ ...options, advice: true }, io);
      io.out(await render(reviewed, options, io.colour));
      exit(blockedCode(reviewed));
    });
}
