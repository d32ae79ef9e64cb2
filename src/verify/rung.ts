import type { Codemod, Outcome } from '../codemod/types.js';
import type { Build } from '../source/build.js';
import type { Project } from '../source/project.js';
import type { SourceTree } from '../source/tree.js';
import type { Workspace } from './workspace.js';

/** In the order in which they run: each later one costs more and shows more. */
export const STAGES = ['parse', 'judge', 'arch', 'compile', 'numerics', 'python', 'triton', 'gpu'] as const;
export type Stage = (typeof STAGES)[number];

export type State = 'passed' | 'failed' | 'not run';

/** One thing that a rung looked at. */
export interface Check {
  readonly what: string;
  readonly state: State;
  /** The cause of a failure, why it was not run, or what was measured. */
  readonly detail?: string;
  /** Figures that a reader may want to compare. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface RungResult {
  readonly stage: Stage;
  readonly state: State;
  /** Why it failed or was not run, in one sentence. */
  readonly reason?: string;
  readonly seconds: number;
  readonly checks: readonly Check[];
}

/** The tree that is proved. */
export interface Subject {
  readonly project: Project;
  readonly revision: string;
  readonly commit: string;
  /** With the fixes in. */
  readonly tree: SourceTree;
  /** Without them, where that is known. */
  readonly base: SourceTree | undefined;
  /** Paths that the fixes edit or create, sorted. */
  readonly edited: readonly string[];
  readonly build: Build;
  readonly codemods: readonly Codemod[];
  readonly options: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The plan's outcomes, where there is a plan. */
  readonly outcomes: readonly Outcome[];
}

/** What the rungs may use. */
export interface Bench {
  readonly workspace: Workspace;
  /** Targets of the compile rung, e.g. `12.1`, `12.1a`, `12.0f`. */
  readonly archs: readonly string[];
  /** The interpreter of the python and gpu rungs, and of torch's headers. */
  readonly python: string;
  /** Git directories of CUTLASS. */
  readonly cutlass: readonly string[];
  /** Let the real cmake run the tree's CMake too: it does whatever that says. */
  readonly cmake: boolean;
  /** Force the software conversion on the gpu rung's device. */
  readonly software: boolean;
  readonly progress: (line: string) => void;
}

/** What a rung gives: its checks, or why it has none. */
export type Rung = (subject: Subject, bench: Bench) => Promise<readonly Check[] | NotRun>;

export class NotRun {
  constructor(readonly why: string) {}
}

/** A rung failed where a check did; it did not run where none of its checks did. */
export function settle(stage: Stage, checks: readonly Check[] | NotRun, seconds: number): RungResult {
  if (checks instanceof NotRun) return { stage, state: 'not run', reason: checks.why, seconds, checks: [] };
  const failed = checks.filter(({ state }) => state === 'failed');
  if (failed.length > 0) {
    const { what, detail } = failed[0]!;
    const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
    const reason = `${what}${detail === undefined ? '' : `: ${detail}`}${more}`;
    return { stage, state: 'failed', reason, seconds, checks };
  }
  if (checks.some(({ state }) => state === 'passed')) return { stage, state: 'passed', seconds, checks };
  return {
    stage,
    state: 'not run',
    reason: checks[0]?.detail ?? 'there was nothing to look at',
    seconds,
    checks,
  };
}
