import { z } from 'zod';
import { UNJUDGED, VERDICTS } from '../codemod/verdict.js';

const id = z.string().regex(/^[0-9a-f]{40,64}$/);

const commitSchema = z.object({
  commit: id,
  /** ISO date of the commit. */
  date: z.iso.date(),
  subject: z.string(),
});

const stateSchema = z.object({
  verdict: z.enum([...VERDICTS, UNJUDGED]),
  reason: z.string(),
  /** How many places the fix is about. */
  sites: z.int().nonnegative(),
  /** Of what is edited and where, without offsets; empty where nothing is. */
  edit: z.string(),
});

const changeSchema = stateSchema.extend({
  /** The step that made it so; -1 for the line's start. */
  at: z.int().min(-1),
  commit: commitSchema,
  /** The changed paths that the fix looks at. */
  paths: z.array(z.string()),
});

const releaseSchema = z.object({
  name: z.string(),
  commit: id,
  date: z.iso.date(),
  /** The last step of the line that is in it; -1 for the line's start. */
  at: z.int().min(-1),
  /** By fix: what it is in the release's own tree. */
  states: z.record(z.string(), stateSchema),
});

/**
 * What every fix is at every commit of a line, as the commits at which it becomes something else. Steps are
 * counted from 0, the line's start is -1.
 */
export const timelineSchema = z.object({
  project: z.string(),
  build: z.object({ cuda: z.string(), arch: z.string() }),
  start: commitSchema,
  /** Commit and time (seconds since 1970) of every step. */
  steps: z.array(z.tuple([id, z.int()])),
  /** By fix: what it is at the start, and every change. */
  fixes: z.record(z.string(), z.array(changeSchema)),
  releases: z.array(releaseSchema),
});

/** A piece of it, as a walk gives it. */
export const partSchema = timelineSchema.pick({ steps: true, fixes: true, releases: true });

export type Part = z.infer<typeof partSchema>;
export type Timeline = z.infer<typeof timelineSchema>;
export type State = z.infer<typeof stateSchema>;
export type Change = z.infer<typeof changeSchema>;
export type Release = z.infer<typeof releaseSchema>;
export type UpstreamCommit = z.infer<typeof commitSchema>;

/** A stretch of commits in which a fix has one verdict. */
export interface Span {
  readonly verdict: State['verdict'];
  /** Why, at its first step; it may have other reasons later. */
  readonly reason: string;
  /** All its reasons, each once, in the order in which they ended: the last is that of its last step. */
  readonly reasons: readonly string[];
  /** First and last step; -1 is the line's start. */
  readonly from: number;
  readonly to: number;
  /** The commit that made it so; undefined where it was so from the start. */
  readonly because: UpstreamCommit | undefined;
  readonly paths: readonly string[];
}

export const dateOf = (time: number): string => new Date(time * 1000).toISOString().slice(0, 10);

/** The commit of a step. */
export const commitAt = ({ start, steps }: Timeline, at: number): string =>
  at < 0 ? start.commit : steps[at]![0];

/** The step of a commit, -1 for the start; undefined where the line does not have it. */
export function stepOf({ start, steps }: Timeline, commit: string): number | undefined {
  if (commit === start.commit) return -1;
  const at = steps.findIndex(([own]) => own === commit);
  return at < 0 ? undefined : at;
}

/** What a fix is at a step. */
export const stateAt = (changes: readonly Change[], at: number): Change | undefined =>
  changes.findLast((change) => change.at <= at);

/** The timeline from a step on: what was so there was so from its start. */
export function after(timeline: Timeline, at: number): Timeline {
  if (at < 0) return timeline;
  const { start, steps, fixes, releases } = timeline;
  const [commit, time] = steps[at]!;
  const moved = at + 1;
  return {
    ...timeline,
    start: { ...start, commit, date: dateOf(time), subject: '' },
    steps: steps.slice(moved),
    fixes: Object.fromEntries(
      Object.entries(fixes).map(([id, changes]) => {
        const later = changes.filter((change) => change.at > at);
        const first: Change = { ...stateAt(changes, at)!, at: -1 };
        return [id, [first, ...later.map((change) => ({ ...change, at: change.at - moved }))]];
      }),
    ),
    releases: releases
      .filter((release) => release.at >= at)
      .map((release) => ({ ...release, at: release.at - moved })),
  };
}

/** The changes of a fix as stretches of one verdict each, up to `last`. */
export function spansOf(changes: readonly Change[], last: number): Span[] {
  const turns = changes.filter(({ verdict }, index) => verdict !== changes[index - 1]?.verdict);
  return turns.map(({ verdict, reason, at, commit, paths }, index) => {
    const to = (turns[index + 1]?.at ?? last + 1) - 1;
    const said = changes
      .filter((change) => change.at >= at && change.at <= to)
      .map((change) => change.reason);
    return {
      verdict,
      reason,
      reasons: said.filter((words, place) => said.lastIndexOf(words) === place),
      from: at,
      to,
      because: at < 0 ? undefined : commit,
      paths,
    };
  });
}

/** The pull request that a subject names at its end, e.g. `#12345`. */
export const pullRequestOf = (subject: string): string | undefined => /\((#\d+)\)\s*$/.exec(subject)?.[1];
