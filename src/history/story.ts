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
  /** The commit to cherry-pick, and the releases that need it and do not have it. */
  readonly pick: { readonly because: UpstreamCommit; readonly releases: readonly Release[] } | undefined;
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
  const cure = chapters.findLast(({ turn }) => turn === 'cured');
  const without = needing.filter(({ at }) => cure !== undefined && at < cure.at);
  return {
    id,
    spans,
    chapters,
    open: spans.at(-1)?.verdict === 'needed',
    needing,
    pick: cure && without.length > 0 ? { because: cure.because, releases: without } : undefined,
  };
}
