import type { Build } from '../source/build.js';

/** As much of a proof (`verify --json`) as is shown beside verdicts. */
export interface Proof {
  readonly formatVersion: 1;
  readonly target: { readonly project: string; readonly revision: string; readonly commit: string };
  readonly build: Build;
  readonly key: { readonly tree: string; readonly tool: string };
  /** ISO date and time. */
  readonly date: string;
  readonly rungs: readonly {
    readonly stage: string;
    readonly state: 'passed' | 'failed' | 'not run';
    readonly reason?: string | undefined;
  }[];
}

/** A proof as it stands for a target: with why it holds no more, where that is so. */
export interface ProofState extends Proof {
  readonly stale?: string;
}
