import { plan, propose, type Workbench } from '../codemod/plan.js';
import type { Codemod, JudgeContext, Outcome } from '../codemod/types.js';
import { Evaluations } from '../evaluate/evaluations.js';
import { TreeWorkbench } from '../judge/workbench.js';
import type { Build } from '../source/build.js';
import type { Edit } from '../source/edits.js';
import type { SourceTree } from '../source/tree.js';
import { Documents } from '../syntax/parser.js';
import { AskedTree, type View } from './asked-tree.js';

type FixOptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A workbench whose tree notes, fix by fix, what was asked of it. */
class AskedWorkbench implements Workbench {
  readonly #documents = new Documents();
  readonly #evaluations = new Evaluations();
  readonly #benches = new Map<string, { asked: AskedTree; bench: TreeWorkbench }>();

  constructor(
    readonly tree: SourceTree,
    readonly view: View,
    readonly build: Build,
    readonly options: FixOptions,
  ) {}

  #of(id: string): { asked: AskedTree; bench: TreeWorkbench } {
    let own = this.#benches.get(id);
    if (!own) {
      const asked = new AskedTree(this.tree, this.view);
      const { build, options } = this;
      own = { asked, bench: new TreeWorkbench(asked, build, options, this.#documents, this.#evaluations) };
      this.#benches.set(id, own);
    }
    return own;
  }

  context(codemod: Codemod, edits: readonly Edit[]): JudgeContext {
    const { asked, bench } = this.#of(codemod.id);
    const context = bench.context(codemod, edits);
    if (this.view.complete) return context;
    const evaluateCMake = async (): Promise<never> => {
      asked.outside = true;
      throw new Error('the build description is not part of the package');
    };
    return { ...context, evaluateCMake };
  }

  askedOutside(id: string): boolean {
    return this.#benches.get(id)?.asked.outside ?? false;
  }

  files(): Map<string, string | undefined> {
    return new Map([...this.#benches.values()].flatMap(({ asked }) => [...asked.files]));
  }

  dispose(): void {
    for (const { bench } of this.#benches.values()) bench.dispose();
    this.#documents.dispose();
  }
}

/** The fixes of an installed package, by what can be done about them. */
export interface InstalledOutcomes {
  /** Fixes of what is installed: the needed ones can be applied in place. */
  readonly here: readonly Outcome[];
  /** Fixes of what the package was compiled from, as the source of its revision has it. */
  readonly compiled: readonly Outcome[];
  /** Fixes whose verdict would be a guess: they look at sources that the tree does not show. */
  readonly unseen: readonly Codemod[];
  /** Every file that was looked at, with its bytes (latin-1); undefined where there was none. */
  readonly files: ReadonlyMap<string, string | undefined>;
}

/**
 * Judges an installed package: first all fixes, to see which of them look beyond it; then those of one kind among
 * themselves, since an edit that cannot be made in place stands beside none that can.
 */
export async function judgeInstalled(
  tree: SourceTree,
  view: View,
  codemods: readonly Codemod[],
  build: Build,
  options: FixOptions,
  full: boolean,
): Promise<InstalledOutcomes> {
  const workbench = new AskedWorkbench(tree, view, build, options);
  const among = async (own: readonly Codemod[]): Promise<readonly Outcome[]> =>
    (await plan(own, workbench, propose, { effects: true, full })).outcomes;
  try {
    const { outcomes } = await plan(codemods, workbench);
    const outside = new Set(codemods.filter(({ id }) => workbench.askedOutside(id)).map(({ id }) => id));
    const files = workbench.files();
    const isHere = ({ codemod, edits }: Outcome): boolean =>
      edits.length > 0 && view.folder !== undefined && (view.complete || !outside.has(codemod.id))
        ? edits.every(({ path }) => path.startsWith(view.folder!))
        : !outside.has(codemod.id);
    const here = outcomes.filter(isHere).map(({ codemod }) => codemod);
    const others = codemods.filter((codemod) => !here.includes(codemod));
    return {
      here: await among(here),
      compiled: view.complete ? await among(others) : [],
      unseen: view.complete ? [] : others,
      files,
    };
  } finally {
    workbench.dispose();
  }
}
