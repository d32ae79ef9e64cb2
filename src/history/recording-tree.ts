import type { SourceFile } from '../source/file.js';
import { holding, matching } from '../source/locate.js';
import type { SourceTree, Where } from '../source/tree.js';
import { keyOf, type Question } from './questions.js';

/** A tree that notes what is asked of it. */
export class RecordingTree implements SourceTree {
  readonly #asked = new Set<string>();

  constructor(readonly tree: SourceTree) {}

  #note(question: Question): void {
    this.#asked.add(keyOf(question));
  }

  read(path: string): Promise<SourceFile | undefined> {
    this.#note({ kind: 'file', path });
    return this.tree.read(path);
  }

  /** Every path: what follows then depends on the whole tree. */
  paths(): Promise<readonly string[]> {
    return this.matching(/(?:)/);
  }

  matching(pattern: RegExp): Promise<readonly string[]> {
    this.#note({ kind: 'listing', pattern });
    return matching(this.tree, pattern);
  }

  holding(where: Where, content: RegExp): Promise<readonly SourceFile[]> {
    this.#note({ kind: 'holders', where, content });
    return holding(this.tree, where, content);
  }

  /** The keys of all questions, sorted. */
  asked(): string[] {
    return [...this.#asked].sort();
  }
}
