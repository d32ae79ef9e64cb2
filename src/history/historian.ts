import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { z } from 'zod';
import { cacheFolder } from '../cache-folder.js';
import { plan, withEffects } from '../codemod/plan.js';
import type { Codemod, Outcome } from '../codemod/types.js';
import { UNJUDGED } from '../codemod/verdict.js';
import { Evaluations } from '../evaluate/evaluations.js';
import { checkProject } from '../judge/recognise.js';
import { TreeWorkbench } from '../judge/workbench.js';
import type { Build } from '../source/build.js';
import type { Project } from '../source/project.js';
import type { SourceTree } from '../source/tree.js';
import { Documents } from '../syntax/parser.js';
import type { GitTree } from '../tree/git-tree.js';
import { Readers } from '../tree/readers.js';
import { codeVersion } from './code-version.js';
import { withKnownEffects } from './effect-memo.js';
import { Memory } from './memory.js';
import { proposalSchema, publicPart } from './proposals.js';
import type { Scene } from './scene.js';
import { Stage } from './stage.js';
import { openStore, Store } from './store.js';

export type FixOptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What is judged with, whatever the tree. */
export interface Question {
  readonly codemods: readonly Codemod[];
  readonly build: Build;
  readonly options: FixOptions;
}

/** Bytes of source whose parse is kept between revisions; their trees take about ten times that. */
const KEPT_SOURCE = 2 << 20;

/** Tells questions apart: what verdicts depend on beside the tree and the code. */
export const questionName = (kind: string, { codemods, build, options }: Question): string =>
  JSON.stringify([kind, build, codemods.map(({ id, digest }) => [id, digest, options[id] ?? {}])]);

/**
 * Judges many trees of a project, one after the other. What was found is kept on disk: a commit seen before
 * costs one look-up, a new commit only the fixes that see something else in it.
 */
export class Historian {
  readonly memory: Memory;
  readonly readers = new Readers();
  readonly #stages = new Map<Project, Stage>();
  readonly #documents = new Documents(KEPT_SOURCE);
  readonly #evaluations = new Evaluations();
  /** The scenes stand for one tree at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(readonly store: Store) {
    this.memory = new Memory(store);
  }

  /** Judges one commit. */
  async judge(
    tree: GitTree,
    codemods: readonly Codemod[],
    build: Build,
    options: FixOptions = {},
  ): Promise<Outcome[]> {
    const question = { codemods, build, options };
    const log = await this.store.log(questionName('plans', question));
    const known = log.get(tree.commit, z.array(proposalSchema));
    if (known) return known.map((proposal, index) => ({ codemod: codemods[index]!, ...proposal }));
    return this.alone(async () => {
      const stage = this.stage(codemods[0]?.project ?? 'vllm');
      await stage.go(tree);
      const outcomes = await this.look(stage.scene, question);
      if (outcomes.every(({ verdict }) => verdict !== UNJUDGED))
        log.put(tree.commit, outcomes.map(publicPart));
      return outcomes;
    });
  }

  /** What outcomes of a commit come to, asked where they were judged: what was read for them is at hand. */
  async effects(
    tree: GitTree,
    outcomes: readonly Outcome[],
    build: Build,
    options: FixOptions = {},
  ): Promise<readonly Outcome[]> {
    const question = { codemods: outcomes.map(({ codemod }) => codemod), build, options };
    const log = await this.store.log(questionName('effects', question));
    return withKnownEffects(log, tree.commit, outcomes, () =>
      this.alone(async () => {
        const stage = this.stage(outcomes[0]?.codemod.project ?? 'vllm');
        await stage.go(tree);
        return this.#at(stage.scene, question, (workbench) => withEffects(outcomes, workbench));
      }),
    );
  }

  /** `checkProject`, of a commit that it was not asked of before. */
  async check(tree: SourceTree & Pick<GitTree, 'commit'>, project: Project, name: string): Promise<void> {
    const log = await this.store.log(`trees of ${project}`);
    if (log.get(tree.commit, z.literal(true))) return;
    await checkProject(tree, project, name);
    log.put(tree.commit, true);
  }

  /** Does work that moves a scene, after what moves one already. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  stage(project: Project): Stage {
    let stage = this.#stages.get(project);
    if (!stage) {
      stage = new Stage();
      this.#stages.set(project, stage);
    }
    return stage;
  }

  /** Judges a scene as it stands. */
  look(scene: Scene, question: Question): Promise<Outcome[]> {
    return this.#at(scene, question, async (workbench) => {
      this.memory.begin();
      return [...(await plan(question.codemods, workbench, this.memory.propose)).outcomes];
    });
  }

  /** Works on a scene as it stands; what its neighbours share with it is parsed and evaluated once. */
  async #at<T>(
    scene: Scene,
    { build, options }: Question,
    work: (workbench: TreeWorkbench) => Promise<T>,
  ): Promise<T> {
    const workbench = new TreeWorkbench(scene, build, options, this.#documents, this.#evaluations);
    try {
      return await work(workbench);
    } finally {
      workbench.dispose();
    }
  }

  /** Keeps what is new, and ends what was started. */
  async close(): Promise<void> {
    this.readers.close();
    this.#documents.dispose();
    await this.store.save();
  }
}

/** How much the heap may grow between collections (percent): each tree leaves much that is needed no more. */
const GROWTH = 80;

/** A historian with the user's cache, or without any. */
export async function openHistorian(cache: boolean): Promise<Historian> {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  const store = cache
    ? await openStore(join(cacheFolder(), 'verdicts'), codeVersion())
    : new Store(undefined);
  return new Historian(store);
}
