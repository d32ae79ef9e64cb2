import { evaluateCMake } from '../../src/evaluate/evaluate.js';
import { Evaluations } from '../../src/evaluate/evaluations.js';
import type { BuildGraph } from '../../src/evaluate/graph.js';
import type { Build } from '../../src/source/build.js';
import { hasContent } from '../../src/source/content.js';
import type { SourceFile } from '../../src/source/file.js';
import type { SourceTree, Where } from '../../src/source/tree.js';
import type { Document, Language } from '../../src/syntax/document.js';
import { Documents, type Lease } from '../../src/syntax/parser.js';
import { GitTree } from '../../src/tree/git-tree.js';
import { Readers } from '../../src/tree/readers.js';

/** What is known of a key, for as long as it is asked for again within a few rounds. */
class Kept<T> {
  readonly #known = new Map<string, { readonly value: T; round: number }>();
  #round = 0;

  get(key: string, make: () => T): T {
    let known = this.#known.get(key);
    if (!known) {
      known = { value: make(), round: this.#round };
      this.#known.set(key, known);
    }
    known.round = this.#round;
    return known.value;
  }

  /** Ends a round, and gives what was not asked for in it or in the one before. */
  end(): T[] {
    this.#round += 1;
    const old = [...this.#known].filter(([, { round }]) => round < this.#round - 2);
    for (const [key] of old) this.#known.delete(key);
    return old.map(([, { value }]) => value);
  }
}

/** Parses every text alone and whole: none goes on from another one. */
class WholeParses extends Documents {
  readonly #kept = new Kept<{ readonly documents: Documents; readonly document: Promise<Document> }>();

  override lease(): Lease {
    return { parse: (file, language) => this.#parsed(file, language), release: () => {} };
  }

  #parsed(file: SourceFile, language: Language): Promise<Document> {
    return this.#kept.get(`${language}\0${file.path}\0${file.text}`, () => {
      const documents = new Documents();
      return { documents, document: documents.parse(file, language) };
    }).document;
  }

  end(): void {
    for (const { documents } of this.#kept.end()) documents.dispose();
  }
}

/** Evaluates again where any byte of any CMake file is another one. */
class ExactEvaluations extends Evaluations {
  readonly #kept = new Kept<Promise<BuildGraph>>();

  override evaluate(files: readonly SourceFile[], build: Build): Promise<BuildGraph> {
    const key = JSON.stringify([build, files.map(({ path, text }) => [path, text])]);
    return this.#kept.get(key, () => evaluateCMake(files, build));
  }

  end(): void {
    this.#kept.end();
  }
}

/**
 * What judging many commits one by one may share: what a blob holds, what a text parses to, what the same CMake
 * files evaluate to. Nothing of what was judged, asked or answered for another tree.
 */
export class Sampled {
  readonly documents = new WholeParses();
  readonly evaluations = new ExactEvaluations();
  readonly #readers = new Readers();
  readonly #texts = new Kept<Promise<string | undefined>>();
  readonly #held = new Map<string, Map<string, boolean>>();

  async tree(dir: string, commit: string): Promise<SourceTree> {
    const git = new GitTree(dir, commit, this.#readers.open(dir));
    const entries = await git.entries();
    const text = async (path: string): Promise<string | undefined> => {
      const oid = entries.get(path)?.oid;
      return oid === undefined ? undefined : this.#texts.get(oid, () => git.blob(oid, path));
    };
    const read = async (path: string): Promise<SourceFile | undefined> => {
      const own = await text(path);
      return own === undefined ? undefined : { path, text: own };
    };
    const holds = async (path: string, content: RegExp): Promise<boolean> => {
      const oid = entries.get(path)?.oid;
      if (oid === undefined) return false;
      const key = String(content);
      const held = this.#held.get(key) ?? new Map<string, boolean>();
      this.#held.set(key, held);
      const known = held.get(oid) ?? hasContent((await git.blob(oid, path)) ?? '', content);
      held.set(oid, known);
      return known;
    };
    const paths = [...entries.keys()].sort();
    return {
      read,
      paths: async () => paths,
      async holding(where: Where, content: RegExp) {
        const looked = where instanceof RegExp ? paths.filter((path) => where.test(path)) : where;
        const found = await Promise.all(
          looked.map(async (path) => ((await holds(path, content)) ? path : [])),
        );
        return (await Promise.all(found.flat().map(read))).filter((file) => file !== undefined);
      },
    };
  }

  /** Lets go of what the last trees did not need. */
  end(): void {
    this.documents.end();
    this.evaluations.end();
    this.#texts.end();
  }

  close(): void {
    for (let round = 0; round < 4; round += 1) this.end();
    this.#readers.close();
  }
}
