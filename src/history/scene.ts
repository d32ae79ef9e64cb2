import type { SourceFile } from '../source/file.js';
import type { SourceTree, Where } from '../source/tree.js';
import type { Change, TreeEntry } from '../tree/folders.js';
import { type Answer, FileAnswer, HoldersAnswer, ListingAnswer } from './answers.js';
import { type Content, Contents } from './contents.js';
import { keyOf, type Question, questionOf } from './questions.js';

/** Gives what a blob holds, or undefined where the repository lacks it. */
export type ReadBlob = (oid: string) => Promise<Content | undefined>;

/** Bytes of source kept between the moves. */
const KEPT = 12 << 20;

/**
 * A tree that moves from revision to revision, and keeps the answers to all that was asked of it: a move
 * costs what changed, and not what is there. It must not move while it is judged.
 */
export class Scene implements SourceTree {
  tick = 0;
  readonly entries = new Map<string, TreeEntry>();
  readonly #contents = new Contents(KEPT);
  /** Reads what the tree holds now. */
  blob: ReadBlob = async () => undefined;
  readonly #answers = new Map<string, Answer>();
  readonly #byPath = new Map<string, FileAnswer>();
  /** Answers on more than one path. */
  readonly #wide: Answer[] = [];
  /** Wide answers that a path meets, of the first `count`. */
  readonly #met = new Map<string, { answers: Answer[]; count: number }>();

  content(oid: string): Promise<Content | undefined> {
    return this.#contents.get(oid, this.blob);
  }

  /** Makes the changes; `blob` reads what the tree then holds. */
  move(changes: readonly Change[], blob: ReadBlob = this.blob): void {
    this.tick += 1;
    this.blob = blob;
    for (const change of changes) {
      if (change.after) this.entries.set(change.path, change.after);
      else this.entries.delete(change.path);
      this.#byPath.get(change.path)?.note();
      for (const answer of this.#meeting(change.path)) answer.note(change);
    }
  }

  /** Starts reading what answers will look into when these changes are made; `blob` reads what then is there. */
  expect(changes: readonly Change[], blob: ReadBlob): void {
    for (const { path, after } of changes) {
      if (!after) continue;
      const looks = this.#meeting(path).some((answer) => answer instanceof HoldersAnswer);
      // What fails is read again, and said, where it is needed.
      if (looks || this.#byPath.has(path)) this.#contents.get(after.oid, blob).catch(() => {});
    }
  }

  #meeting(path: string): readonly Answer[] {
    const met = this.#met.get(path) ?? { answers: [], count: 0 };
    if (met.count < this.#wide.length) {
      met.answers.push(...this.#wide.slice(met.count).filter((answer) => answer.meets(path)));
      met.count = this.#wide.length;
      this.#met.set(path, met);
    }
    return met.answers;
  }

  /** The answer to the question of a key; not settled. `known` spares looking for holders. */
  answer(key: string, question?: Question, known?: Iterable<readonly [string, string]>): Answer {
    let answer = this.#answers.get(key);
    if (!answer) {
      answer = this.#make(question ?? questionOf(key), known);
      this.#answers.set(key, answer);
    }
    return answer;
  }

  #make(question: Question, known?: Iterable<readonly [string, string]>): Answer {
    if (question.kind === 'file') {
      const answer = new FileAnswer(this, question.path);
      this.#byPath.set(question.path, answer);
      return answer;
    }
    const answer =
      question.kind === 'listing'
        ? new ListingAnswer(this, question.pattern)
        : new HoldersAnswer(this, question, known);
    this.#wide.push(answer);
    return answer;
  }

  /** Path and blob of each holder, by question. */
  holders(): [string, (readonly [string, string])[]][] {
    return [...this.#answers].flatMap(([key, answer]): [string, (readonly [string, string])[]][] =>
      answer instanceof HoldersAnswer && !answer.pending ? [[key, [...answer.holders]]] : [],
    );
  }

  async read(path: string): Promise<SourceFile | undefined> {
    const entry = this.entries.get(path);
    const content = entry && (await this.content(entry.oid));
    return content && { path, text: content.text };
  }

  async paths(): Promise<readonly string[]> {
    return [...this.entries.keys()].sort();
  }

  async matching(pattern: RegExp): Promise<readonly string[]> {
    const question: Question = { kind: 'listing', pattern };
    return (this.answer(keyOf(question), question) as ListingAnswer).paths;
  }

  async holding(where: Where, content: RegExp): Promise<readonly SourceFile[]> {
    const question: Question = { kind: 'holders', where, content };
    const answer = this.answer(keyOf(question), question) as HoldersAnswer;
    await answer.settle();
    const files = await Promise.all(answer.holders.map(([path]) => this.read(path)));
    return files.filter((file) => file !== undefined);
  }
}
