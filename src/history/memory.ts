import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Proposal, type Propose, propose } from '../codemod/plan.js';
import type { Codemod, JudgeContext } from '../codemod/types.js';
import { UNJUDGED } from '../codemod/verdict.js';
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
const isOf = (name: string, { id }: Codemod): boolean =>
  name.startsWith(`["proposals",${JSON.stringify(id)},`);

const keysSchema = z.array(z.string());

/** The judgement that holds for a fix now, and what would end that. */
interface Use {
  /** The name of its shelf. */
  readonly shelf: string;
  readonly edited: boolean;
  readonly proposal: Proposal;
  /** Of what was seen. */
  readonly digest: string;
  readonly scene: Scene;
  readonly keys: readonly string[];
  readonly answers: readonly Answer[];
  /** All edits of the view, and those that bear on the answers. */
  edits: string;
  readonly bearing: string;
  /** The scene's move at which it was found to hold. */
  tick: number;
}

const heldSchema = z.object({
  shelf: z.string(),
  digest: z.string(),
  edited: z.boolean(),
  keys: keysSchema,
  edits: z.string(),
  bearing: z.string(),
});

/** A judgement that holds, as it is kept. */
export type Held = z.infer<typeof heldSchema>;
export const heldListSchema = z.array(heldSchema);

interface Found {
  readonly proposal: Proposal;
  readonly digest: string;
  readonly keys: readonly string[];
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
  async find(view: View): Promise<Found | undefined> {
    for (const keys of this.#sets.values()) {
      const digest = await view.digest(keys);
      const proposal = this.get(digest);
      if (proposal) return { proposal, digest, keys };
    }
    return undefined;
  }

  async keep(view: View, keys: readonly string[], proposal: Proposal): Promise<Found> {
    const set = `asked:${createHash('sha1').update(keys.join('\n')).digest('hex').slice(0, 20)}`;
    if (!this.#sets.has(set)) {
      this.#sets.set(set, keys);
      this.log.put(set, keys);
    }
    const digest = await view.digest(keys);
    this.#known.set(digest, proposal);
    this.log.put(digest, proposal);
    return { proposal, digest, keys };
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

  /** Of some changes made just now: by fix, the paths on account of which it does not hold. */
  async because(
    codemods: readonly Codemod[],
    changes: readonly { readonly path: string }[],
  ): Promise<Map<string, string[]>> {
    const because = new Map<string, string[]>();
    for (const codemod of codemods) {
      const changed = new Set<Answer>();
      for (const use of this.#live) {
        if (!isOf(use.shelf, codemod) || (await this.#answersHold(use))) continue;
        for (const answer of use.answers) if (answer.since > use.tick) changed.add(answer);
      }
      const touched = changes.filter(({ path }) => [...changed].some((answer) => answer.turnedBy(path)));
      because.set(
        codemod.id,
        touched.map(({ path }) => path),
      );
    }
    return because;
  }

  /** What `restore` needs to know in another process: the digests of all that holds. */
  snapshot(): Held[] {
    return [...this.#live].map(({ shelf, digest, edited, keys, edits, bearing }) => ({
      shelf,
      digest,
      edited,
      keys: [...keys],
      edits,
      bearing,
    }));
  }

  /** Takes over what held on a scene that is as it was then. What the store lacks is found or judged anew. */
  async restore(scene: Scene, held: readonly Held[]): Promise<void> {
    for (const { shelf: name, digest, edited, keys, edits, bearing } of held) {
      const shelf = await this.#shelf(name);
      const proposal = shelf.get(digest);
      if (!proposal) continue;
      const answers = keys.map((key) => scene.answer(key));
      const found = { proposal, digest, keys, answers, edits, bearing };
      shelf.uses.set(edited, { ...found, shelf: name, edited, scene, tick: scene.tick });
    }
  }

  readonly propose: Propose = async (codemod, context) => {
    const view = View.of(context.tree);
    if (!view) return propose(codemod, context);
    const name = nameOf(codemod, context);
    const shelf = await this.#shelf(name);
    const edited = view.overlay !== undefined;
    const last = shelf.uses.get(edited);
    if (last && (await this.#stillHolds(last, view))) return this.#use(shelf, edited, last);
    const found = (await shelf.find(view)) ?? (await this.#judge(codemod, context, view, shelf));
    const { scene, edits } = view;
    const answers = found.keys.map((key) => scene.answer(key));
    const bearing = await view.bearingOn(answers);
    const now = { scene, answers, edits, bearing, tick: scene.tick };
    return this.#use(shelf, edited, { ...found, ...now, shelf: name, edited });
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

  async #judge(codemod: Codemod, context: JudgeContext, view: View, shelf: Shelf): Promise<Found> {
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
    // No verdict: it may be another one with the next version's limits.
    if (proposal.verdict === UNJUDGED) return { proposal, digest: await view.digest(keys), keys };
    return shelf.keep(view, keys, proposal);
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
