import type { Project } from '../source/project.js';
import type { Evidence, JudgeContext } from './types.js';

/** Where a tree carries a harmful edit. */
export interface Trace {
  readonly path: string;
  /** Byte offset in the file. */
  readonly offset: number;
}

/** An edit that is known to be harmful: nobody should make it, and dgx-patch never does. */
export interface Refusal {
  /** `<project>/<name>`. */
  readonly id: string;
  readonly project: Project;
  readonly title: string;
  /** What it breaks, in one or two sentences. */
  readonly why: string;
  /** What to do instead. */
  readonly instead: string;
  readonly references: readonly Evidence[];
  /** Places where the tree carries it already. Says nothing of what it cannot read. */
  detect(context: JudgeContext): Promise<readonly Trace[]>;
}

/** A harmful edit that a tree carries. */
export interface Warning {
  readonly refusal: Refusal;
  readonly traces: readonly (Trace & { readonly line: number })[];
}
