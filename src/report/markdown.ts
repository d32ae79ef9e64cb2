import type { Evidence } from '../codemod/types.js';
import { BLOCKING } from '../codemod/verdict.js';
import type { FixReview, Judged, Review } from '../judge/review.js';
import { markdown } from '../source/media.js';
import { decoded } from '../source/text.js';
import { effectText, GROUPS, groupOf, reasonOf, siteCount } from './effects.js';
import { findingsOf } from './findings.js';
import { headline } from './headline.js';
import { evidenceUrl } from './links.js';

/** GitHub takes 65,536 characters in a comment; some are left for what the caller adds. */
export const COMMENT_LIMIT = 65_000;

/** The first line of a comment: by it the same comment is found and updated. */
export const COMMENT_MARK = '<!-- dgx-patch -->';

function evidenceText(project: string, evidence: Evidence): string {
  const url = evidenceUrl(project, evidence);
  const name = url ? `[${evidence.ref}](${url})` : `\`${evidence.ref}\``;
  return `${name}${evidence.date ? ` (${evidence.date})` : ''}: ${markdown(evidence.note)}`;
}

const BADGE: Record<string, string> = {
  needed: '🛠 needed',
  applied: '✅ applied',
  upstreamed: '✅ upstreamed',
  'not-applicable': '➖ not applicable',
  drifted: '⛔ drifted',
  conflicting: '⛔ conflicting',
  refused: '⛔ refused',
  unjudged: '⛔ not judged',
};

export const badge = (verdict: string): string => BADGE[verdict] ?? verdict;

function heading({ target, build }: Judged): string {
  return `### ${target.project}@${target.revision} · \`${target.commit.slice(0, 12)}\` · CUDA ${build.cuda}, arch ${build.arch}`;
}

/** What stops `apply` first, then by what comes of leaving it; in each group in the fixes' own order. */
function sorted(judged: Judged): Judged['outcomes'] {
  const rank = (outcome: Judged['outcomes'][number]): number => GROUPS.indexOf(groupOf(outcome));
  return [...judged.outcomes].sort((a, b) => rank(a) - rank(b));
}

const RUNG: Record<string, string> = { passed: '✅', failed: '⛔', 'not run': '➖' };

/** Above the table: the proof, findings that are no verdict, and the advice. */
function notes(judged: Judged): string[] {
  const { proof, advice } = judged;
  const rungs = proof?.rungs.map(({ stage, state }) => `${RUNG[state]} ${stage}`).join(' · ');
  const lines = [
    ...(proof && !proof.stale ? [`Proof of ${proof.date}: ${rungs}`] : []),
    ...findingsOf(judged)
      .filter(({ level }) => level === 'warning' || level === 'error')
      .filter(({ kind }) => !BLOCKING.has(kind as never))
      .map(({ kind, message }) => `⚠️ ${kind}: ${markdown(message)}`),
    ...(advice === undefined ? [] : [`Advice: ${markdown(advice)}`]),
  ];
  return lines.flatMap((line) => [line, '']);
}

/** A table of verdicts: a row a fix. */
export function verdictTable(judged: Judged): string {
  const rows = sorted(judged).map(
    (outcome) =>
      `| \`${outcome.codemod.id}\` | ${badge(outcome.verdict)} | ${markdown(effectText(outcome.effect))} | ${siteCount(outcome)} | ${markdown(reasonOf(outcome))} |`,
  );
  const said = headline(judged);
  return [
    heading(judged),
    '',
    ...(said === undefined ? [] : [`**${markdown(said)}**`, '']),
    ...notes(judged),
    '| fix | verdict | effect | sites | why |',
    '| --- | --- | --- | ---: | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** A fence that the text cannot close. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${text.replace(/\n$/, '')}\n${fence}`;
}

function details({ target }: Judged, { outcome, patch, paths }: FixReview, whole: boolean): string {
  const { codemod, evidence } = outcome;
  const files = `${paths.length} ${paths.length === 1 ? 'file' : 'files'}`;
  const diff = decoded(patch);
  const command = `dgx-patch diff --target ${target.project}@${target.revision} --only ${codemod.id}`;
  return [
    `<details><summary><code>${codemod.id}</code>: ${codemod.title} (${files})</summary>`,
    '',
    `${markdown(codemod.why)}`,
    '',
    `Here: ${markdown(reasonOf(outcome))}. It can retire ${markdown(codemod.retire)}.`,
    '',
    ...[...codemod.references, ...evidence].map((one) => `- ${evidenceText(target.project, one)}`),
    '',
    whole
      ? fenced(diff)
      : `The diff (${diff.split('\n').length} lines) is too long for a comment: \`${command}\``,
    '',
    '</details>',
    '',
  ].join('\n');
}

/** Verdicts alone, one table a target. */
export function statusMarkdown(all: readonly Judged[]): string {
  return [COMMENT_MARK, ...all.map(verdictTable)].join('\n');
}

/**
 * Verdicts, then a collapsible diff a fix. Where that is longer than `limit` characters, the longest diffs
 * are left out and named with the command that shows them; then details go, last ones first.
 */
export function diffMarkdown(reviews: readonly Review[], limit = COMMENT_LIMIT): string {
  const head = [COMMENT_MARK, ...reviews.map(verdictTable)].join('\n');
  const blocks = reviews.flatMap((review) =>
    review.fixes
      .filter(({ patch }) => patch !== '')
      .map((fix) => ({ full: details(review, fix, true), brief: details(review, fix, false), text: '' })),
  );
  for (const block of blocks) block.text = block.full;
  const length = (): number => head.length + blocks.reduce((sum, { text }) => sum + text.length + 1, 0);
  for (const block of [...blocks].sort((a, b) => b.full.length - a.full.length)) {
    if (length() > limit) block.text = block.brief;
  }
  while (blocks.length > 0 && length() > limit) blocks.pop();
  return `${[head, ...blocks.map(({ text }) => text)]
    .join('\n')
    .slice(0, limit - 1)
    .trimEnd()}\n`;
}
