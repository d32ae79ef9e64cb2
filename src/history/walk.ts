import { createHash } from 'node:crypto';
import type { Outcome } from '../codemod/types.js';
import { differences } from '../tree/folders.js';
import type { GitTree } from '../tree/git-tree.js';
import { type Line, type Step, stepsOf } from './changes.js';
import type { Historian, Question } from './historian.js';
import { readAhead } from './read-ahead.js';
import { contentOf, reversed, type Stage } from './stage.js';
import { type Change, dateOf, type Part, type Release, type State, type UpstreamCommit } from './timeline.js';

/** A release that parts from the line after one of its commits. */
export interface Branch {
  readonly name: string;
  readonly tree: GitTree;
  /** The line's last commit that is in it. */
  readonly parts: string;
  readonly date: string;
}

/** Edits without offsets: those move with every commit. */
function editOf(edits: Outcome['edits']): string {
  if (edits.length === 0) return '';
  const bytes = JSON.stringify(edits.map(({ path, text }) => [path, text]));
  return createHash('sha1').update(bytes).digest('hex').slice(0, 16);
}

const stateOf = ({ verdict, reason, sites, edits }: Outcome): State => ({
  verdict,
  reason,
  sites: sites.length,
  edit: editOf(edits),
});

/** What every fix is, by fix. */
export const statesOf = (outcomes: readonly Outcome[]): Record<string, State> =>
  Object.fromEntries(outcomes.map((outcome) => [outcome.codemod.id, stateOf(outcome)]));

const same = (a: State, b: State): boolean =>
  a.verdict === b.verdict && a.reason === b.reason && a.edit === b.edit && a.sites === b.sites;

/** Steps after which what was judged is written. */
const KEPT_EVERY = 500;

/** Goes along a line and notes when a fix becomes something else. */
export class Walk {
  readonly #steps: [string, number][] = [];
  readonly #fixes: Record<string, Change[]> = {};
  readonly #releases: Release[] = [];
  #outcomes: readonly Outcome[] = [];
  #states: Record<string, State> = {};

  constructor(
    readonly historian: Historian,
    readonly stage: Stage,
    readonly question: Question,
    readonly branches: readonly Branch[],
    /** How many steps were made before. */
    readonly before: number,
  ) {}

  /** What was seen. */
  get part(): Part {
    return { steps: this.#steps, fixes: this.#fixes, releases: this.#releases };
  }

  get #at(): number {
    return this.before + this.#steps.length - 1;
  }

  /** Judges where the stage stands: at the line's start, or where another walk ended. */
  async begin(commit: UpstreamCommit): Promise<void> {
    this.#outcomes = await this.historian.look(this.stage.scene, this.question);
    this.#states = statesOf(this.#outcomes);
    if (this.before > 0) return;
    for (const [id, state] of Object.entries(this.#states))
      this.#fixes[id] = [{ ...state, at: -1, commit, paths: [] }];
    await this.#visit(commit.commit);
  }

  /** Goes to the line's end. `tree` reads the line's blobs. */
  async along(line: Line, tree: GitTree, progress: (done: number) => void): Promise<void> {
    const { scene } = this.stage;
    const blob = contentOf(tree);
    for await (const step of readAhead(stepsOf(line), ({ changes }) => scene.expect(changes, blob))) {
      scene.move(step.changes, blob);
      this.#steps.push([step.commit, step.time]);
      if (!(await this.historian.memory.holds())) await this.#judge(step);
      await this.#visit(step.commit);
      // Judgements outlive a walk that is cut short.
      if (this.#steps.length % KEPT_EVERY === 0) await this.historian.store.save();
      progress(this.#steps.length);
    }
    this.stage.stands(tree);
  }

  async #judge({ commit, time, subject, changes }: Step): Promise<void> {
    const { codemods } = this.question;
    const because = await this.historian.memory.because(codemods, changes);
    this.#outcomes = await this.historian.look(this.stage.scene, this.question);
    for (const [id, state] of Object.entries(statesOf(this.#outcomes))) {
      if (same(state, this.#states[id]!)) continue;
      this.#states[id] = state;
      const by: UpstreamCommit = { commit, date: dateOf(time), subject };
      this.#fixes[id] ??= [];
      this.#fixes[id].push({ ...state, at: this.#at, commit: by, paths: because.get(id) ?? [] });
    }
  }

  /** Judges the releases that part here, each in its own tree, and comes back. */
  async #visit(commit: string): Promise<void> {
    const branches = this.branches.filter(({ parts }) => parts === commit);
    const { scene } = this.stage;
    for (const { name, tree, date } of branches) {
      const away = await differences(tree.objects, commit, tree.commit);
      const main = scene.blob;
      scene.move(away, contentOf(tree));
      const states = statesOf(await this.historian.look(scene, this.question));
      this.#releases.push({ name, commit: tree.commit, date, at: this.#at, states });
      scene.move(reversed(away), main);
    }
    if (branches.length > 0) this.#outcomes = await this.historian.look(scene, this.question);
  }
}
