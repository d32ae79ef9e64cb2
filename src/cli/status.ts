import type { Command } from 'commander';
import { comparisonMarkdown } from '../report/comparison-markdown.js';
import { comparisonText } from '../report/comparison-text.js';
import { statusDocument } from '../report/document.js';
import { statusMarkdown } from '../report/markdown.js';
import { statusTable, statusText } from '../report/text.js';
import { addInstalledOptions, type InstalledOptions, isInstalled } from './installed.js';
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

const FORMATS = ['text', 'json', 'md', 'sarif', 'html', 'github'] as const;
type StatusOptions = ReviewOptions<(typeof FORMATS)[number]>;

function document({ reviews, comparison }: Reviewed): string {
  const documents = reviews.map(statusDocument);
  const one = documents.length === 1 ? documents[0] : documents;
  return `${JSON.stringify(comparison ? comparisonDocument(comparison) : one, null, 2)}\n`;
}

async function render(reviewed: Reviewed, options: StatusOptions, colour: boolean): Promise<string> {
  const { reviews, comparison } = reviewed;
  const format = options.json ? 'json' : (options.format ?? 'text');
  if (format === 'json') return document(reviewed);
  if (format === 'md') return comparison ? comparisonMarkdown(comparison) : statusMarkdown(reviews);
  if (format !== 'text') return machineReport(format, reviewed, options);
  if (comparison) return comparisonText(comparison, colour);
  return reviews.length === 1 ? statusText(reviews[0]!, colour) : statusTable(reviews, colour);
}

export function statusCommand(program: Command, io: Io, exit: (code: number) => void): void {
  addInstalledOptions(addReviewOptions(program.command('status'), FORMATS))
    .description('the verdict of every fix, read from git objects without a checkout')
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
