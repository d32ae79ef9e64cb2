import type { Forecast } from '../history/forecast.js';
import { storyOf } from '../history/story.js';
import { dateOf, pullRequestOf, type Timeline, type UpstreamCommit } from '../history/timeline.js';
import { markdown } from '../source/media.js';
import { commits, EVENT_WORDS, lastGoodWords, releaseNames } from './history-text.js';
import { upstreamUrl } from './links.js';
import { badge } from './markdown.js';

function commitCell(project: string, because: UpstreamCommit | undefined): string {
  if (!because) return '(the start)';
  const { commit, date, subject } = because;
  const root = upstreamUrl(project);
  const pull = pullRequestOf(subject);
  const id = root ? `[\`${commit.slice(0, 10)}\`](${root}/commit/${commit})` : `\`${commit.slice(0, 10)}\``;
  // GitHub would link the number to the repository that shows the page.
  const title = markdown(pull ? subject.replace(`(${pull})`, '').trim() : subject);
  const link = pull && root ? ` ([${pull}](${root}/pull/${pull.slice(1)}))` : '';
  return `${id} (${date}) ${title}${link}`;
}

/** Every fix and every change, as a table. */
export function historyMarkdown(timeline: Timeline, ids: readonly string[]): string {
  const { project, start, steps, build } = timeline;
  const end = steps.length === 0 ? start.date : dateOf(steps.at(-1)![1]);
  const lines = [
    `## ${project}, ${start.date} to ${end}`,
    '',
    `${commits(steps.length)}; CUDA ${build.cuda}, arch ${build.arch}.`,
    '',
    '| fix | verdict | commits | since | needed by |',
    '| --- | --- | --- | --- | --- |',
  ];
  for (const id of ids) {
    const { spans, needing } = storyOf(id, timeline);
    for (const { verdict, from, to, because } of spans) {
      const within = needing.filter(({ at }) => verdict === 'needed' && at >= from && at <= to);
      const cells = [
        `\`${id}\``,
        badge(verdict),
        (to - from + 1).toLocaleString('en-US'),
        commitCell(project, because),
        releaseNames(within),
      ];
      lines.push(`| ${cells.join(' | ')} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** What lies ahead, for an issue or a comment. */
export function forecastMarkdown(project: string, ahead: Forecast): string {
  const { from, to, events } = ahead;
  const lines = [
    `## ${project}: what lies ahead of ${from.commit.slice(0, 10)} (${from.date})`,
    '',
    `${commits(ahead.commits)} up to \`${to.commit.slice(0, 10)}\` (${to.date}): ${lastGoodWords(ahead)}.`,
    '',
  ];
  if (events.length > 0) lines.push('| commits on | fix | what | with |', '| --- | --- | --- | --- |');
  for (const { id, kind, at, because } of events) {
    lines.push(`| ${at + 1} | \`${id}\` | ${EVENT_WORDS[kind]} | ${commitCell(project, because)} |`);
  }
  return `${lines.join('\n').trimEnd()}\n`;
}
