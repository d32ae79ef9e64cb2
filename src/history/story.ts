import {
  pullRequestOf,
  type Release,
  type Span,
  spansOf,
  type Timeline,
  type UpstreamCommit,
} from './timeline.js';

/**
 * What a commit did to a bug that a fix mends:
 * - `introduced`: the first one with it, `returned`: one with it again
 * - `cured`: upstream has it right, `gone`: the thing that was wrong is not there any more
 * - `blocked`: it cannot be told, or not be mended, from here on
 */
export type Turn = 'introduced' | 'returned' | 'cured' | 'gone' | 'blocked';

export interface Chapter {
  readonly turn: Turn;
  readonly at: number;
  readonly because: UpstreamCommit;
  readonly pullRequest: string | undefined;
}

export interface Story {
  readonly id: string;
  readonly spans: readonly Span[];
  readonly chapters: readonly Chapter[];
  /** True where the line's last commit needs the fix. */
  readonly open: boolean;
  /** Releases that need it in their own tree. */
  readonly needing: readonly Release[];
  /** Commits to cherry-pick: each with the releases that need the fix and that it is the next cure for. */
  readonly picks: readonly Pick[];
}

export interface Pick {
  readonly because: UpstreamCommit;
  readonly releases: readonly Release[];
}

/** A release is cured by the first cure after it: later ones mend what came back. */
function picksFor(chapters: readonly Chapter[], needing: readonly Release[]): Pick[] {
  const cures = chapters.filter(({ turn }) => turn === 'cured');
  return cures.flatMap(({ at, because }, index) => {
    const before = cures[index - 1]?.at ?? -2;
    const releases = needing.filter((release) => release.at < at && release.at >= before);
    return releases.length === 0 ? [] : [{ because, releases }];
  });
}

function turnOf({ verdict }: Span, before: Span, isFirst: boolean): Turn | undefined {
  if (verdict === 'needed') return isFirst ? 'introduced' : 'returned';
  if (verdict === 'drifted' || verdict === 'conflicting' || verdict === 'refused') return 'blocked';
  if (before.verdict === 'not-applicable') return undefined;
  if (verdict === 'not-applicable') return 'gone';
  return before.verdict === 'upstreamed' ? undefined : 'cured';
}

/** The story of one fix on a line. */
export function storyOf(id: string, { fixes, steps, releases }: Timeline): Story {
  const spans = spansOf(fixes[id] ?? [], steps.length - 1);
  let had = spans[0]?.verdict === 'needed';
  const chapters = spans.slice(1).flatMap((span, index): Chapter[] => {
    const turn = turnOf(span, spans[index]!, !had);
    had ||= span.verdict === 'needed';
    const because = span.because;
    if (turn === undefined || because === undefined) return [];
    return [{ turn, at: span.from, because, pullRequest: pullRequestOf(because.subject) }];
  });
  const needing = releases.filter(({ states }) => states[id]?.verdict === 'needed');
  return {
    id,
    spans,
    chapters,
    open: spans.at(-1)?.verdict === 'needed',
    needing,
    picks: picksFor(chapters, needing),
  };
}
