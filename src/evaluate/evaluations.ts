import type { Build } from '../source/build.js';
import type { SourceFile } from '../source/file.js';
import { Programs } from './cmake/program.js';
import { evaluateCMake } from './evaluate.js';
import type { BuildGraph } from './graph.js';

/** Evaluates CMake files for a build, the same ones once, and reads each text once. */
export class Evaluations {
  readonly #programs = new Programs();
  readonly #graphs = new Map<string, Promise<BuildGraph>>();
  /** A number for every text that was seen: short keys, made without hashing. */
  readonly #texts = new Map<string, number>();

  evaluate(files: readonly SourceFile[], build: Build): Promise<BuildGraph> {
    const key = JSON.stringify([
      build.cuda,
      build.arch,
      files.map(({ path, text }) => [path, this.#number(text)]),
    ]);
    let graph = this.#graphs.get(key);
    if (!graph) {
      graph = evaluateCMake(files, build, this.#programs);
      this.#graphs.set(key, graph);
    }
    return graph;
  }

  #number(text: string): number {
    const number = this.#texts.get(text) ?? this.#texts.size;
    this.#texts.set(text, number);
    return number;
  }
}
