import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Proposal, type Propose, propose } from '../codemod/plan.js';
import type { Codemod, JudgeContext } from '../codemod/types.js';
import { readAll } from '../source/locate.js';
import { CMAKE_FILES } from '../syntax/cmake.js';
import type { Answer } from './answers.js';
import { proposalSchema, publicPart } from './proposals.js';
import { RecordingTree } from './recording-tree.js';
import type { Scene } from './scene.js';
import type { Log, Store } from './store.js';
import { View } from './view.js';

/** What a proposal depends on beside the tree. */
function nameOf(codemod: Codemod, { build, options }: JudgeContext): string {
  return JSON.stringify(['proposals', codemod.id, codemod.digest, build, options]);
}

const keysSchema = z.array(z.string());

/** The judgement that holds for a fix now, and what would end that. */
interface Use {
  readonly codemod: string;
  readonly proposal: Proposal;
  readonly scene: Scene;
  readonly keys: readonly string[];
  readonly answers: readonly Answer[];
  /** All edits of the view, and those that bear on the answers. */
  edits: string;
  readonly bearing: string;
  /** The scene's move at which it was found to hold. */
  tick: number;
}

/** What one fix said, by what it had seen. */
class Shelf {
  /** The last use on the tree as it is, and on the tree with edits. */
  readonly uses = new Map<boolean, Use>();
  readonly #sets: Map<string, readonly string[]>;
  readonly #known = new Map<string, Proposal>();

  constructor(readonly log: Log) {
    this.#sets = new Map(
      log.keys('asked:').flatMap((key): [string, readonly string[]][] => {
        const keys = log.get(key, keysSchema);
        return keys ? [[key, keys]] : [];
      }),
    );
  }

  /** The proposal of a digest of what was seen. */
  get(digest: string): Proposal | undefined {
    const known = this.#known.get(digest) ?? this.log.get(digest, proposalSchema);
    if (known) this.#known.set(digest, known);
    return known;
  }

  /** What was said of a tree in which the same is seen. */
  async find(view: View): Promise<{ proposal: Proposal; keys: readonly string[] } | undefined> {
    for (const keys of this.#sets.values()) {
      const proposal = this.get(await view.digest(keys));
      if (proposal) return { proposal, keys };
    }
    return undefined;
  }

  async keep(view: View, keys: readonly string[], proposal: Proposal): Promise<void> {
    const set = `asked:${createHash('sha1').update(keys.join('\n')).digest('hex').slice(0, 20)}`;
    if (!this.#sets.has(set)) {
      this.#sets.set(set, keys);
      this.log.put(set, keys);
    }
    const digest = await view.digest(keys);
    this.#known.set(digest, proposal);
    this.log.put(digest, proposal);
  }
}

/**
 * Remembers what fixes said about a scene by what they asked of it: where the answers are the same, nothing
 * is read and nothing is parsed again, whatever else changed.
 */
export class Memory {
  readonly #shelves = new Map<string, Promise<Shelf>>();
  /** Uses since `begin`. */
  #live = new Set<Use>();
  /** How often a fix was judged, and not remembered. */
  judgements = 0;

  constructor(readonly store: Store) {}

  /** From here on, `holds` asks for what is proposed from here on. */
  begin(): void {
    this.#live = new Set();
  }

  /** True where everything proposed since `begin` would be proposed again. */
  async holds(): Promise<boolean> {
    for (const use of this.#live) if (!(await this.#answersHold(use))) return false;
    return true;
  }

  async #answersHold(use: Use): Promise<boolean> {
    for (const answer of use.answers) {
      if (answer.pending) await answer.settle();
      if (answer.since > use.tick) return false;
    }
    return true;
  }

  /** Of some paths that changed just now: those on account of which a fix does not hold. */
  async because(codemod: Codemod, paths: readonly string[]): Promise<string[]> {
    const changed = new Set<Answer>();
    for (const use of this.#live) {
      if (use.codemod !== codemod.id) continue;
      await this.#answersHold(use);
      for (const answer of use.answers) if (answer.since > use.tick) changed.add(answer);
    }
    return paths.filter((path) => [...changed].some((answer) => answer.meets(path)));
  }

  readonly propose: Propose = async (codemod, context) => {
    const view = View.of(context.tree);
    if (!view) return propose(codemod, context);
    const shelf = await this.#shelf(nameOf(codemod, context));
    const edited = view.overlay !== undefined;
    const last = shelf.uses.get(edited);
    if (last && (await this.#stillHolds(last, view))) return this.#use(shelf, edited, last);
    const found = (await shelf.find(view)) ?? (await this.#judge(codemod, context, view, shelf));
    const { scene, edits } = view;
    const answers = found.keys.map((key) => scene.answer(key));
    const bearing = await view.bearingOn(answers);
    return this.#use(shelf, edited, { codemod: codemod.id, ...found, scene, answers, edits, bearing, tick: scene.tick });
  };

  async #stillHolds(use: Use, view: View): Promise<boolean> {
    if (use.scene !== view.scene || !(await this.#answersHold(use))) return false;
    if (use.edits !== view.edits && (await view.bearingOn(use.answers)) !== use.bearing) return false;
    use.edits = view.edits;
    use.tick = view.scene.tick;
    return true;
  }

  #use(shelf: Shelf, edited: boolean, use: Use): Proposal {
    shelf.uses.set(edited, use);
    this.#live.add(use);
    return use.proposal;
  }

  async #judge(
    codemod: Codemod,
    context: JudgeContext,
    view: View,
    shelf: Shelf,
  ): Promise<{ proposal: Proposal; keys: readonly string[] }> {
    this.judgements += 1;
    const tree = new RecordingTree(context.tree);
    const proposal = publicPart(
      await propose(codemod, {
        ...context,
        tree,
        evaluateCMake: async (build, edits) => {
          await readAll({ tree }, await tree.matching(CMAKE_FILES));
          return context.evaluateCMake(build, edits);
        },
      }),
    );
    const keys = tree.asked();
    await shelf.keep(view, keys, proposal);
    return { proposal, keys };
  }

  #shelf(name: string): Promise<Shelf> {
    let shelf = this.#shelves.get(name);
    if (!shelf) {
      shelf = this.store.log(name).then((log) => new Shelf(log));
      this.#shelves.set(name, shelf);
    }
    return shelf;
  }
}
