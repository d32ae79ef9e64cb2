import { BLOCKING } from '../codemod/verdict.js';
import { type Change, type State, stateAt, type Timeline, type UpstreamCommit } from './timeline.js';

/**
 * What a commit means for who patches a tree:
 * - `drifts`: a fix is drifted, conflicting or refused from here on: it needs a hand
 * - `newly-needed`: a fix begins to edit
 * - `retires`: a fix edits no more, upstream has it right
 * - `edit-changes`: it edits otherwise
 * - `settles`: it blocked, and has nothing to edit any more
 */
export type EventKind = 'drifts' | 'newly-needed' | 'retires' | 'edit-changes' | 'settles';

export interface ForecastEvent {
  readonly id: string;
  readonly kind: EventKind;
  readonly at: number;
  readonly from: State;
  readonly to: State;
  readonly because: UpstreamCommit;
  readonly paths: readonly string[];
}

export interface Forecast {
  /** The commit from which it looks ahead. */
  readonly from: UpstreamCommit;
  /** The newest commit at hand. */
  readonly to: UpstreamCommit;
  readonly commits: number;
  /** In the order in which they happen. */
  readonly events: readonly ForecastEvent[];
  /** Fixes that block at `from` already. */
  readonly blocked: readonly string[];
  /** The newest commit before anything needs a hand: `to`, where nothing does. */
  readonly lastGood: { readonly commit: string; readonly at: number };
}

/** What a change is, or undefined where it changes nothing that is done. */
export function eventKind(from: State, to: State): EventKind | undefined {
  const [was, is] = [BLOCKING.has(from.verdict), BLOCKING.has(to.verdict)];
  if (is) return was ? undefined : 'drifts';
  if (to.verdict === 'needed') {
    if (from.verdict !== 'needed') return 'newly-needed';
    return from.edit === to.edit ? undefined : 'edit-changes';
  }
  if (from.verdict === 'needed') return 'retires';
  return was ? 'settles' : undefined;
}

const byCommit = (a: ForecastEvent, b: ForecastEvent): number => a.at - b.at || a.id.localeCompare(b.id);

function eventsOf(id: string, changes: readonly Change[]): ForecastEvent[] {
  return changes.slice(1).flatMap((change, index) => {
    const from = changes[index]!;
    const kind = eventKind(from, change);
    const { at, commit: because, paths } = change;
    return kind === undefined ? [] : [{ id, kind, at, from, to: change, because, paths }];
  });
}

/** What happens on a line after its start, and how far one can go. `end` describes the line's last commit. */
export function forecast(timeline: Timeline, end: UpstreamCommit): Forecast {
  const { start, steps, fixes } = timeline;
  const events = Object.entries(fixes)
    .flatMap(([id, changes]) => eventsOf(id, changes))
    .sort(byCommit);
  const last = steps.length - 1;
  const stop = events.find(({ kind }) => kind === 'drifts')?.at ?? last + 1;
  const at = stop - 1;
  const blocked = Object.entries(fixes)
    .filter(([, changes]) => BLOCKING.has(stateAt(changes, -1)!.verdict))
    .map(([id]) => id);
  return {
    from: start,
    to: end,
    commits: steps.length,
    events,
    blocked,
    lastGood: { commit: at < 0 ? start.commit : steps[at]![0], at },
  };
}
