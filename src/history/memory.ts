import { type Proposal, type Propose, propose } from '../codemod/plan.js';
import type { Codemod, JudgeContext } from '../codemod/types.js';
import { UNJUDGED } from '../codemod/verdict.js';
import { readAll } from '../source/locate.js';
import { CMAKE_FILES } from '../syntax/cmake.js';
import { type Reads, RecordingTree, seesTheSame } from './recording-tree.js';
import type { Store } from './store.js';

interface Remembered {
  readonly reads: Reads;
  readonly proposal: Proposal;
}

/** What a proposal depends on beside the tree. */
function keyOf(codemod: Codemod, { build, options }: JudgeContext): string {
  return JSON.stringify(['proposals', codemod.id, codemod.digest, build, options]);
}

/**
 * Remembers what fixes said about trees by the ids of the blobs that they read: a tree in which those files
 * are the same is not read and not parsed again, whatever else changed in it.
 */
export class Memory {
  readonly #records = new Map<string, Promise<Remembered[]>>();
  readonly #changed = new Set<string>();

  constructor(readonly store: Store | undefined) {}

  readonly propose: Propose = async (codemod, context) => {
    const key = keyOf(codemod, context);
    const records = await this.#load(key);
    for (const { reads, proposal } of records) {
      if (await seesTheSame(context.tree, reads)) return proposal;
    }
    const tree = new RecordingTree(context.tree);
    const proposal = await propose(codemod, {
      ...context,
      tree,
      evaluateCMake: async (build, edits) => {
        await readAll({ tree }, await tree.matching(CMAKE_FILES));
        return context.evaluateCMake(build, edits);
      },
    });
    // No verdict: it may be another one with the next version's limits.
    if (proposal.verdict === UNJUDGED) return proposal;
    records.push({ reads: tree.reads(), proposal });
    this.#changed.add(key);
    return proposal;
  };

  #load(key: string): Promise<Remembered[]> {
    let records = this.#records.get(key);
    if (!records) {
      records = (async () => ((await this.store?.get(key)) ?? []) as Remembered[])();
      this.#records.set(key, records);
    }
    return records;
  }

  /** Writes what is new. */
  async save(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    await Promise.all(changed.map(async (key) => this.store?.put(key, await this.#records.get(key))));
  }
}
