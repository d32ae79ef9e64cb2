import { createTwoFilesPatch } from 'diff';
import { between } from '../history/account.js';
import type { ChangeKind, Comparison, FixChange } from '../history/compare.js';
import { essence } from '../history/compare.js';
import type { Span } from '../history/timeline.js';
import { terminal } from '../source/media.js';
import { decoded } from '../source/text.js';
import { endNames } from './matrix.js';
import { fold, painter } from './text.js';

export const KIND_WORDS: Record<ChangeKind, string> = {
  drifted: 'drifted',
  'newly-needed': 'newly needed',
  superfluous: 'no longer needed',
  'edit-changed': 'edited otherwise',
  changed: 'changed',
  same: 'as before',
};

const ORDER = Object.keys(KIND_WORDS) as ChangeKind[];

/** The weightiest changes first. */
export function byWeight(changes: readonly FixChange[]): FixChange[] {
  return [...changes].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

/** A verdict and the commit that made it so. */
export const spanWords = ({ verdict, because }: Span): string =>
  because ? `${verdict} from ${because.commit.slice(0, 12)} (${because.date}) ${because.subject}` : verdict;

/** What a pin's move changes, for a terminal. */
export function comparisonText(comparison: Comparison, colour: boolean): string {
  const paint = painter(colour);
  const { from, to, changes } = comparison;
  const width = Math.max(4, ...changes.map(({ id }) => id.length));
  const lines = [
    paint.bold(`${to.target.project}: ${endNames(from, to).join(' → ')}`) +
      paint.dim(`  CUDA ${to.build.cuda}, arch ${to.build.arch}`),
    '',
  ];
  for (const change of byWeight(changes)) {
    const { id, kind, from: was, to: is, because } = change;
    const words = kind === 'drifted' ? paint.drifted(KIND_WORDS[kind]) : KIND_WORDS[kind];
    const verdicts =
      was.outcome.verdict === is.outcome.verdict
        ? is.outcome.verdict
        : `${was.outcome.verdict} → ${is.outcome.verdict}`;
    lines.push(`${id.padEnd(width)}  ${words}  ${paint.dim(`(${verdicts})`)}`);
    lines.push(...between(change).map((span) => `    in between: ${spanWords(span)}`));
    if (kind === 'same') continue;
    lines.push(...fold(is.outcome.reason, 96).map((line) => `    ${paint.dim(line)}`));
    if (because)
      lines.push(`    ${because.commit.slice(0, 12)}  ${because.date}  ${terminal(because.subject)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** How our edits change: for each fix, the difference of its two patches without line numbers and context. */
export function editsDiff({ from, to, changes }: Comparison): string {
  const [fromName, toName] = endNames(from, to);
  return changes
    .filter((change) => essence(change.from.patch) !== essence(change.to.patch))
    .map((change) =>
      createTwoFilesPatch(
        `${fromName}/${change.id}`,
        `${toName}/${change.id}`,
        `${decoded(essence(change.from.patch))}\n`.replace(/^\n$/, ''),
        `${decoded(essence(change.to.patch))}\n`.replace(/^\n$/, ''),
      ).replace(/^=+\n/, ''),
    )
    .join('');
}
