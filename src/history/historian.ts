import { join } from 'node:path';
import { type Proposal, plan } from '../codemod/plan.js';
import type { Codemod, Outcome } from '../codemod/types.js';
import { UNJUDGED } from '../codemod/verdict.js';
import { Evaluations } from '../evaluate/evaluations.js';
import { TreeWorkbench } from '../judge/workbench.js';
import { cacheFolder } from '../revision/cache.js';
import type { Build } from '../source/build.js';
import { Documents } from '../syntax/parser.js';
import type { GitTree } from '../tree/git-tree.js';
import { codeVersion } from './code-version.js';
import { Memory } from './memory.js';
import { openStore, type Store } from './store.js';

type FixOptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Bytes of source whose parse is kept between revisions; their trees take about ten times that. */
const KEPT_SOURCE = 1 << 20;

/**
 * Judges many commits of a project. What was found is kept on disk: a commit seen before costs one read, a
 * new commit only the fixes whose files changed.
 */
export class Historian {
  readonly #memory: Memory;
  readonly #documents = new Documents(KEPT_SOURCE);
  readonly #evaluations = new Evaluations();

  constructor(readonly store: Store | undefined) {
    this.#memory = new Memory(store);
  }

  async judge(
    tree: GitTree,
    codemods: readonly Codemod[],
    build: Build,
    options: FixOptions = {},
  ): Promise<Outcome[]> {
    const fixes = codemods.map(({ id, digest }) => [id, digest, options[id] ?? {}]);
    const key = JSON.stringify(['plan', tree.commit, build, fixes]);
    const known = (await this.store?.get(key)) as Proposal[] | undefined;
    if (known) return known.map((proposal, index) => ({ codemod: codemods[index]!, ...proposal }));
    const workbench = new TreeWorkbench(tree, build, options, this.#documents, this.#evaluations);
    try {
      const { outcomes } = await plan(codemods, workbench, this.#memory.propose);
      if (outcomes.every(({ verdict }) => verdict !== UNJUDGED)) {
        await this.store?.put(
          key,
          outcomes.map(({ codemod: _, ...proposal }) => proposal),
        );
      }
      return [...outcomes];
    } finally {
      workbench.dispose();
    }
  }

  /** Keeps what is new, and gives the parses' memory back. */
  async close(): Promise<void> {
    this.#documents.dispose();
    await this.#memory.save();
  }
}

/** A historian with the user's cache, or without any. */
export async function openHistorian(cache: boolean): Promise<Historian> {
  return new Historian(cache ? await openStore(join(cacheFolder(), 'verdicts'), codeVersion()) : undefined);
}
