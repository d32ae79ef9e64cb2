import type { Project } from '../source/project.js';
import type { Evidence } from './types.js';

/** What GB10 owners meet and no fix of ours mends: known, looked into, and left. */
export interface Gap {
  /** `<project>/<name>`, as a fix would be called. */
  readonly id: string;
  readonly project: Project;
  readonly title: string;
  /** What is met, in which releases, by whom. */
  readonly breaks: string;
  /** Why there is no edit. */
  readonly why: string;
  /** What to do: an upgrade, or a setting. */
  readonly instead: string;
  readonly references: readonly Evidence[];
}
