import type { EventKind, Forecast } from '../history/forecast.js';
import { type Chapter, type Story, storyOf, type Turn } from '../history/story.js';
import {
  commitAt,
  dateOf,
  type Release,
  type Span,
  type Timeline,
  type UpstreamCommit,
} from '../history/timeline.js';
import { fold, painter } from './text.js';

const WIDTH = 100;

export const TURN_WORDS: Record<Turn, string> = {
  introduced: 'introduced by',
  returned: 'returned with',
  cured: 'cured by',
  gone: 'gone with',
  blocked: 'not known from',
};

export const EVENT_WORDS: Record<EventKind, string> = {
  drifts: 'drifts',
  'newly-needed': 'newly needed',
  retires: 'no longer needed',
  'edit-changes': 'edited otherwise',
  settles: 'settled',
};

export const commits = (count: number): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? 'commit' : 'commits'}`;

export const commitLine = ({ commit, date, subject }: UpstreamCommit): string =>
  `${commit.slice(0, 12)}  ${date}  ${subject}`;

const count = ({ from, to }: Span): number => to - from + 1;

/** The first and the last of some releases, or all of a few. */
export function releaseNames(releases: readonly Release[]): string {
  const names = releases.map(({ name }) => name);
  return names.length > 6 ? `${names[0]} … ${names.at(-1)} (${names.length})` : names.join(', ');
}

function head(timeline: Timeline, paint: ReturnType<typeof painter>): string {
  const { project, start, steps, build } = timeline;
  const end = steps.length === 0 ? start.date : dateOf(steps.at(-1)![1]);
  const to = commitAt(timeline, steps.length - 1);
  return (
    paint.bold(`${project}: ${start.commit.slice(0, 12)} (${start.date}) … ${to.slice(0, 12)} (${end})`) +
    paint.dim(`  ${commits(steps.length)}, CUDA ${build.cuda}, arch ${build.arch}`)
  );
}

/** Every fix: its verdicts in the order of the commits that made them. */
export function historyText(timeline: Timeline, ids: readonly string[], colour: boolean): string {
  const paint = painter(colour);
  const lines = [head(timeline, paint)];
  for (const id of ids) {
    lines.push('', paint.bold(id));
    for (const span of storyOf(id, timeline).spans) {
      const because = span.because
        ? commitLine(span.because)
        : `${' '.repeat(12)}  ${timeline.start.date}  (the start)`;
      const row = `  ${paint[span.verdict](span.verdict.padEnd(14))}  ${because}`;
      lines.push(colour ? row : row.slice(0, WIDTH));
    }
  }
  return `${lines.join('\n')}\n`;
}

function chapterLines({ turn, because }: Chapter): string[] {
  return [`${TURN_WORDS[turn].padEnd(14)}  ${commitLine(because)}`];
}

function endLines(timeline: Timeline, { open, needing, picks, spans }: Story): string[] {
  const last = commitAt(timeline, timeline.steps.length - 1).slice(0, 12);
  const lines = [
    open ? `still open      at ${last}` : `not open        at ${last}: ${spans.at(-1)!.verdict}`,
  ];
  if (needing.length > 0) lines.push(`needed by       ${releaseNames(needing)}`);
  for (const { because, releases } of picks) {
    lines.push(`cherry-pick     ${because.commit.slice(0, 12)} onto ${releaseNames(releases)}`);
  }
  return lines;
}

/** Why a stretch is what it is: at its start and, where that is another, in the end. */
export function reasonWords({ reason, reasons }: Span): string {
  const last = reasons.at(-1)!;
  return last === reason ? reason : `first, ${reason}; last, ${last}`;
}

/** One fix: which commits brought the bug, cured it and brought it back, and what to do about it. */
export function storyText(timeline: Timeline, id: string, colour: boolean): string {
  const paint = painter(colour);
  const story = storyOf(id, timeline);
  const lines = [head(timeline, paint), '', paint.bold(id), ''];
  lines.push(...story.chapters.flatMap(chapterLines), ...endLines(timeline, story), '');
  for (const span of story.spans) {
    lines.push(
      `${paint[span.verdict](span.verdict.padEnd(14))}  ${commits(count(span))} from ${commitAt(timeline, span.from).slice(0, 12)}`,
      ...fold(reasonWords(span), WIDTH - 4).map((line) => `    ${paint.dim(line)}`),
    );
    if (span.paths.length > 0)
      lines.push(...fold(`with ${span.paths.join(', ')}`, WIDTH - 4).map((line) => `    ${line}`));
  }
  return `${lines.join('\n')}\n`;
}

/** How far one can go, for a sentence. */
export function lastGoodWords({ commits: all, lastGood, to, blocked }: Forecast): string {
  if (blocked.length > 0) return `${blocked.join(', ')} needs your hand where you are`;
  if (lastGood.at + 1 === all) return `you can go to ${to.commit.slice(0, 12)}, the newest commit at hand`;
  return `you can go to ${lastGood.commit.slice(0, 12)}, ${commits(lastGood.at + 1)} on, before anything needs your hand`;
}

/** What happens after a commit, in the order in which it happens. */
export function forecastText(project: string, ahead: Forecast, colour: boolean): string {
  const paint = painter(colour);
  const { from, to, commits: all, events } = ahead;
  const lines = [
    paint.bold(
      `${project}: ${from.commit.slice(0, 12)} (${from.date}) → ${to.commit.slice(0, 12)} (${to.date})`,
    ) + paint.dim(`  ${commits(all)}`),
    lastGoodWords(ahead),
  ];
  for (const { id, kind, at, from: was, to: is, because } of events) {
    const words = kind === 'drifts' ? paint.drifted(EVENT_WORDS[kind]) : EVENT_WORDS[kind];
    const verdicts = was.verdict === is.verdict ? is.verdict : `${was.verdict} → ${is.verdict}`;
    lines.push('', `${commits(at + 1)} on: ${id}  ${words}  ${paint.dim(`(${verdicts})`)}`);
    lines.push(
      `    ${commitLine(because)}`,
      ...fold(is.reason, WIDTH - 4).map((line) => `    ${paint.dim(line)}`),
    );
  }
  if (events.length === 0) lines.push('', 'nothing changes for any fix');
  return `${lines.join('\n')}\n`;
}
