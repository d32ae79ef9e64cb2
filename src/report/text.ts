import pc from 'picocolors';
import type { Receipt } from '../apply/receipt.js';
import { isIdle } from '../codemod/effect-of.js';
import type { Outcome } from '../codemod/types.js';
import type { Verdict } from '../codemod/verdict.js';
import type { Judged } from '../judge/review.js';
import { plain, terminal } from '../source/media.js';
import { headline } from './headline.js';

type Paint = (text: string) => string;

/** Colours, or none of them in a pipe. */
export function painter(colour: boolean): Record<Verdict, Paint> & { dim: Paint; bold: Paint } {
  const c = pc.createColors(colour);
  return {
    needed: c.yellow,
    applied: c.green,
    upstreamed: c.green,
    'not-applicable': c.dim,
    drifted: c.red,
    conflicting: c.red,
    refused: c.red,
    unjudged: c.red,
    dim: c.dim,
    bold: c.bold,
  };
}

/** Words as text, folded to a width, one array entry a line. */
export function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of plain(text).split(/\s+/)) {
    // Any word may become the first of a line.
    const word = terminal(part);
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

const WIDTH = 100;

/** The verdict, with what comes of leaving a needed fix: `needed (stops)`. */
const cellOf = ({ verdict, effect }: Outcome): string =>
  verdict === 'needed' && effect ? `${verdict} (${effect.kind})` : verdict;

/** Several targets: a row a fix, a column each, and each one's headline below. */
export function statusTable(all: readonly Judged[], colour: boolean): string {
  const paint = painter(colour);
  const ids = [...new Set(all.flatMap(({ outcomes }) => outcomes.map(({ codemod }) => codemod.id)))];
  const idWidth = Math.max(4, ...ids.map((id) => id.length));
  const perTable = Math.max(1, Math.floor((WIDTH - idWidth) / 17));
  const lines: string[] = [];
  for (let from = 0; from < all.length; from += perTable) {
    const shown = all.slice(from, from + perTable);
    if (from > 0) lines.push('');
    lines.push(
      [' '.repeat(idWidth), ...shown.map(({ target }) => paint.bold(target.revision.slice(0, 14).padEnd(15)))]
        .join('  ')
        .trimEnd(),
    );
    for (const id of ids) {
      const cells = shown.map(({ outcomes }) => {
        const outcome = outcomes.find(({ codemod }) => codemod.id === id);
        return outcome ? paint[outcome.verdict](cellOf(outcome).padEnd(15)) : paint.dim('-'.padEnd(15));
      });
      lines.push([id.padEnd(idWidth), ...cells].join('  ').trimEnd());
    }
  }
  for (const judged of all) {
    const said = headline(judged);
    if (said === undefined) continue;
    const { project, revision } = judged.target;
    lines.push('', ...fold(`${project}@${revision}: ${said}`, WIDTH));
  }
  return `${lines.join('\n')}\n`;
}

/** What `apply` did: a line a fix with its commit. */
export function appliedText(
  folder: string,
  fresh: readonly Outcome[],
  receipt: Receipt | undefined,
  colour: boolean,
): string {
  const paint = painter(colour);
  if (!receipt) return `${folder}: no fix is needed at this revision\n`;
  if (fresh.length === 0)
    return `${folder}: nothing to do, ${receipt.fixes.length} fixes are applied already\n`;
  const commits = new Map(receipt.fixes.map((fix) => [fix.id, fix.commit]));
  const lines = fresh.map(({ codemod }) => {
    const commit = commits.get(codemod.id)?.slice(0, 12) ?? 'uncommitted ';
    return `  ${paint.dim(commit)}  ${codemod.id}`;
  });
  const files = receipt.files.length;
  return [
    `${folder}: ${fresh.length} ${fresh.length === 1 ? 'fix' : 'fixes'} applied, ${files} ${files === 1 ? 'file' : 'files'} changed`,
    ...lines,
    paint.dim(`  take it back with: dgx-patch revert --dir ${folder}`),
    '',
  ].join('\n');
}

/** What `apply` left out because it has no effect at the build; nothing where there is nothing. */
export function leftOutText({ outcomes, full = false }: Judged): string {
  const ids = outcomes.filter((outcome) => !full && isIdle(outcome)).map(({ codemod }) => codemod.id);
  if (ids.length === 0) return '';
  return `  left out, without effect at this build (--full takes them): ${ids.join(', ')}\n`;
}
