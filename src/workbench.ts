import { matching } from './codemod/locate.js';
import type { Workbench } from './codemod/plan.js';
import type { Build, Codemod, Edit, JudgeContext, SourceFile, SourceTree } from './codemod/types.js';
import { evaluateCMake } from './evaluate/evaluate.js';
import type { BuildGraph } from './evaluate/graph.js';
import { Documents } from './syntax/parser.js';
import { OverlayTree } from './tree/overlay-tree.js';

/** What `cmake` may read of a tree. */
export const CMAKE_FILES = /^(?:CMakeLists\.txt|cmake\/.*\.cmake)$/;

/**
 * Everything that judging a tree needs, with each parse and each CMake evaluation done once a run.
 * Call `dispose` when the plan is made.
 */
export class TreeWorkbench implements Workbench {
  readonly #evaluations = new Map<string, Promise<BuildGraph>>();

  constructor(
    readonly tree: SourceTree,
    readonly build: Build,
    readonly options: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
    /** Given by who judges several trees: what they share is then parsed once. */
    readonly documents: Documents = new Documents(),
  ) {}

  context(codemod: Pick<Codemod, 'id' | 'options'>, edits: readonly Edit[]): JudgeContext {
    const tree = edits.length === 0 ? this.tree : new OverlayTree(this.tree, edits);
    const defaults = Object.entries(codemod.options ?? {}).map(([name, option]) => [name, option.default]);
    return {
      tree,
      build: this.build,
      options: { ...Object.fromEntries(defaults), ...this.options[codemod.id] },
      parse: (file, language) => this.documents.parse(file, language),
      evaluateCMake: (build, more = []) =>
        this.#evaluate(more.length === 0 ? tree : new OverlayTree(tree, more), build),
    };
  }

  async #evaluate(tree: SourceTree, build: Build): Promise<BuildGraph> {
    const paths = await matching(tree, CMAKE_FILES);
    const files = (await Promise.all(paths.map((path) => tree.read(path)))).filter(
      (file): file is SourceFile => file !== undefined,
    );
    const key = JSON.stringify([build, files]);
    let evaluation = this.#evaluations.get(key);
    if (!evaluation) {
      evaluation = evaluateCMake(files, build);
      this.#evaluations.set(key, evaluation);
    }
    return evaluation;
  }

  dispose(): void {
    this.documents.dispose();
  }
}
