import type { Build } from '../source/build.js';
import type { SourceFile } from '../source/file.js';
import { gencodeFlags } from './arch.js';
import type { Files } from './cmake/files.js';
import { Programs } from './cmake/program.js';
import { cmakeFiles, runCMake } from './cmake/run.js';
import type { BuildGraph } from './graph.js';

/** An evaluation, with the files that it looked at. */
interface Known {
  readonly files: Files;
  readonly graph: Promise<BuildGraph>;
}

/** Evaluations of a build that are kept: those used last. Few revisions share one, and those are neighbours. */
const KEPT = 4;

/** Evaluates CMake files for a build: once where an evaluation sees the same, and each text is read once. */
export class Evaluations {
  readonly #programs = new Programs();
  readonly #known = new Map<string, Known[]>();

  evaluate(all: readonly SourceFile[], { cuda, arch }: Build): Promise<BuildGraph> {
    const key = `${cuda} ${arch}`;
    const before = this.#known.get(key) ?? [];
    const files = cmakeFiles(all);
    const known = before.find((one) => one.files.looksLike(files)) ?? this.#run(files, cuda, arch);
    this.#known.set(key, [known, ...before.filter((one) => one !== known)].slice(0, KEPT));
    return known.graph;
  }

  #run(files: Files, cuda: string, arch: string): Known {
    const run = async () => runCMake({ files, cuda, flags: gencodeFlags(arch) }, this.#programs);
    return { files, graph: run() };
  }
}
