import { createHash } from 'node:crypto';
import type { Build } from '../source/build.js';
import type { SourceFile } from '../source/file.js';
import { evaluateCMake } from './evaluate.js';
import type { BuildGraph } from './graph.js';

/** Evaluates CMake files for a build, the same ones once. */
export class Evaluations {
  readonly #graphs = new Map<string, Promise<BuildGraph>>();

  evaluate(files: readonly SourceFile[], build: Build): Promise<BuildGraph> {
    const key = createHash('sha256')
      .update(JSON.stringify([build, files]))
      .digest('hex');
    let graph = this.#graphs.get(key);
    if (!graph) {
      graph = evaluateCMake(files, build);
      this.#graphs.set(key, graph);
    }
    return graph;
  }
}
