import { plan, type Workbench } from '../codemod/plan.js';
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

/** What the files of a package say of its fixes. */
export interface InstalledOutcomes {
  readonly outcomes: readonly Outcome[];
  /** Ids of fixes that looked at sources outside of the installed folder. */
  readonly outside: ReadonlySet<string>;
  /** Fixes whose verdict would be a guess: they look at sources that the package does not carry. */
  readonly unseen: readonly Codemod[];
  /** Every file that was looked at, with its bytes (latin-1); undefined where there was none. */
  readonly files: ReadonlyMap<string, string | undefined>;
}

/** Judges an installed package. A fix that asks for more than the tree shows is not judged. */
export async function judgeInstalled(
  tree: SourceTree,
  view: View,
  codemods: readonly Codemod[],
  build: Build,
  options: FixOptions,
): Promise<InstalledOutcomes> {
  const workbench = new AskedWorkbench(tree, view, build, options);
  try {
    for (let seen = codemods; ; ) {
      const { outcomes } = await plan(seen, workbench);
      const outside = new Set(codemods.filter(({ id }) => workbench.askedOutside(id)).map(({ id }) => id));
      const left = view.complete ? seen : seen.filter(({ id }) => !outside.has(id));
      // What was planned beside a guess is planned again without it.
      if (left.length === seen.length) {
        const unseen = codemods.filter((codemod) => !seen.includes(codemod));
        return { outcomes, outside, unseen, files: workbench.files() };
      }
      seen = left;
    }
  } finally {
    workbench.dispose();
  }
}
