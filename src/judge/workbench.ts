import type { Workbench } from '../codemod/plan.js';
import type { Codemod, JudgeContext } from '../codemod/types.js';
import { Evaluations } from '../evaluate/evaluations.js';
import type { BuildGraph } from '../evaluate/graph.js';
import type { Build } from '../source/build.js';
import type { Edit } from '../source/edits.js';
import { matching, readAll } from '../source/locate.js';
import type { SourceTree } from '../source/tree.js';
import { CMAKE_FILES } from '../syntax/cmake.js';
import { Documents, type Lease } from '../syntax/parser.js';
import { OverlayTree } from '../tree/overlay-tree.js';

/**
 * Everything that judging a tree needs, with each parse and each CMake evaluation done once a run.
 * Call `dispose` when the plan is made.
 */
export class TreeWorkbench implements Workbench {
  readonly #documents: Lease;

  constructor(
    readonly tree: SourceTree,
    readonly build: Build,
    readonly options: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
    /** These are given by who judges several trees: what they share is then parsed and evaluated once. */
    documents: Documents = new Documents(0),
    readonly evaluations: Evaluations = new Evaluations(),
  ) {
    this.#documents = documents.lease();
  }

  context(codemod: Pick<Codemod, 'id' | 'options'>, edits: readonly Edit[]): JudgeContext {
    const tree = edits.length === 0 ? this.tree : new OverlayTree(this.tree, edits);
    const defaults = Object.entries(codemod.options ?? {}).map(([name, option]) => [name, option.default]);
    return {
      tree,
      build: this.build,
      options: { ...Object.fromEntries(defaults), ...this.options[codemod.id] },
      parse: (file, language) => this.#documents.parse(file, language),
      evaluateCMake: (build, more = []) =>
        this.#evaluate(more.length === 0 ? tree : new OverlayTree(tree, more), build),
    };
  }

  async #evaluate(tree: SourceTree, build: Build): Promise<BuildGraph> {
    return this.evaluations.evaluate(await readAll({ tree }, await matching(tree, CMAKE_FILES)), build);
  }

  dispose(): void {
    this.#documents.release();
  }
}
