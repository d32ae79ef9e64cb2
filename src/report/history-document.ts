import type { Forecast } from '../history/forecast.js';
import { type Story, storyOf } from '../history/story.js';
import { commitAt, dateOf, pullRequestOf, type Timeline, type UpstreamCommit } from '../history/timeline.js';

interface CommitDocument extends UpstreamCommit {
  readonly pullRequest?: string;
}

function commitDocument(commit: UpstreamCommit): CommitDocument {
  const pullRequest = pullRequestOf(commit.subject);
  return { ...commit, ...(pullRequest === undefined ? {} : { pullRequest }) };
}

const dateAt = ({ start, steps }: Timeline, at: number): string =>
  at < 0 ? start.date : dateOf(steps[at]![1]);

function storyDocument(timeline: Timeline, { id, spans, chapters, open, needing, picks }: Story): object {
  return {
    id,
    spans: spans.map(({ verdict, reason, reasons, from, to, because, paths }) => ({
      verdict,
      /** At its first step; `reasons` are all that it has, where those are several. */
      reason,
      ...(reasons.length > 1 ? { reasons } : {}),
      /** Steps after the start; -1 is the start itself. */
      steps: [from, to],
      from: commitAt(timeline, from),
      fromDate: dateAt(timeline, from),
      to: commitAt(timeline, to),
      toDate: dateAt(timeline, to),
      ...(because ? { because: commitDocument(because), paths } : {}),
    })),
    chapters: chapters.map(({ turn, because }) => ({ turn, because: commitDocument(because) })),
    open,
    neededBy: needing.map(({ name }) => name),
    cherryPicks: picks.map(({ because, releases }) => ({
      ...commitDocument(because),
      onto: releases.map(({ name }) => name),
    })),
  };
}

/** How many commits have each verdict, over all fixes. */
function countsOf(stories: readonly Story[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { verdict, from, to } of stories.flatMap(({ spans }) => spans))
    counts[verdict] = (counts[verdict] ?? 0) + to - from + 1;
  return counts;
}

/** What every fix was at every commit, as data. */
export function historyDocument(timeline: Timeline, ids: readonly string[]): object {
  const { project, build, start, steps, releases } = timeline;
  const stories = ids.map((id) => storyOf(id, timeline));
  return {
    project,
    build,
    start: commitDocument(start),
    end: { commit: commitAt(timeline, steps.length - 1), date: dateAt(timeline, steps.length - 1) },
    commits: steps.length,
    verdicts: countsOf(stories),
    fixes: stories.map((story) => storyDocument(timeline, story)),
    releases: releases.map(({ name, commit, date, at, states }) => ({
      name,
      commit,
      date,
      parts: commitAt(timeline, at),
      step: at,
      verdicts: Object.fromEntries(ids.map((id) => [id, states[id]?.verdict])),
    })),
  };
}

/** What lies ahead, as data. */
export function forecastDocument({ from, to, commits, events, blocked, lastGood }: Forecast): object {
  return {
    from: commitDocument(from),
    to: commitDocument(to),
    commits,
    lastGood: lastGood.commit,
    commitsToLastGood: lastGood.at + 1,
    blocked,
    events: events.map(({ id, kind, at, from: was, to: is, because, paths }) => ({
      id,
      kind,
      commits: at + 1,
      from: was.verdict,
      to: is.verdict,
      reason: is.reason,
      because: commitDocument(because),
      paths,
    })),
  };
}
