import { createHash } from 'node:crypto';
import { hasContent, mayHave } from '../source/content.js';
import type { Change, TreeEntry } from '../tree/folders.js';
import type { Content } from './contents.js';
import type { Question } from './questions.js';

/** What answers look at: the files of the tree as it is now. */
export interface Files {
  /** Counts the tree's moves. */
  readonly tick: number;
  readonly entries: ReadonlyMap<string, TreeEntry>;
  content(oid: string): Promise<Content | undefined>;
}

/** The answer to one question, kept right while the tree moves. */
export interface Answer {
  /** The move since which the answer is what it is. Only sure where nothing is pending. */
  readonly since: number;
  /** True where changes were noted that are not looked at yet. */
  readonly pending: boolean;
  /** True where a change of this path can change the answer. */
  meets(path: string): boolean;
  /** True where this path was changed by the last move that changed the answer. */
  turnedBy(path: string): boolean;
  note(change: Change): void;
  settle(): Promise<void>;
  /** Of all that the answer says; equal digests mean equal answers. */
  digest(): string;
}

const digestOf = (text: string): string => createHash('sha1').update(text).digest('hex');
/** `test` of a global pattern would go on where it stopped. */
const testing = ({ source, flags }: RegExp): RegExp => new RegExp(source, flags.replace(/[gy]/g, ''));
const SETTLED = Promise.resolve();

/** Which bytes a path has, or that it has none. */
export class FileAnswer implements Answer {
  since: number;
  readonly pending = false;

  constructor(
    readonly files: Files,
    readonly path: string,
  ) {
    this.since = files.tick;
  }

  meets(path: string): boolean {
    return path === this.path;
  }

  turnedBy(path: string): boolean {
    return path === this.path;
  }

  note(): void {
    this.since = this.files.tick;
  }

  settle(): Promise<void> {
    return SETTLED;
  }

  digest(): string {
    return this.files.entries.get(this.path)?.oid ?? '';
  }
}

/** Which paths match. */
export class ListingAnswer implements Answer {
  since: number;
  readonly pending = false;
  readonly #pattern: RegExp;
  readonly #paths: Set<string>;
  #sorted: readonly string[] | undefined;
  #digest: string | undefined;

  constructor(
    readonly files: Files,
    pattern: RegExp,
  ) {
    this.since = files.tick;
    this.#pattern = testing(pattern);
    this.#paths = new Set([...files.entries.keys()].filter((path) => this.#pattern.test(path)));
  }

  get paths(): readonly string[] {
    this.#sorted ??= [...this.#paths].sort();
    return this.#sorted;
  }

  meets(path: string): boolean {
    return this.#pattern.test(path);
  }

  turnedBy(path: string): boolean {
    return this.meets(path);
  }

  note({ path, before, after }: Change): void {
    if ((before === undefined) === (after === undefined)) return;
    if (after) this.#paths.add(path);
    else this.#paths.delete(path);
    this.since = this.files.tick;
    this.#sorted = undefined;
    this.#digest = undefined;
  }

  settle(): Promise<void> {
    return SETTLED;
  }

  digest(): string {
    this.#digest ??= digestOf(this.paths.join('\0'));
    return this.#digest;
  }
}

/** Which of the files hold something, and which bytes those have. Files that do not may change as they like. */
export class HoldersAnswer implements Answer {
  since: number;
  readonly #where: RegExp | ReadonlySet<string>;
  readonly #content: RegExp;
  readonly #holders = new Map<string, string>();
  readonly #pending = new Set<string>();
  readonly #turned = new Set<string>();
  #settling: Promise<void> | undefined;
  #digest: string | undefined;

  constructor(
    readonly files: Files,
    readonly question: Question & { readonly kind: 'holders' },
    /** Path and blob of each holder, where they are known; else every file there is looked into. */
    known?: Iterable<readonly [path: string, oid: string]>,
  ) {
    const { where, content } = question;
    this.since = files.tick;
    this.#content = testing(content);
    this.#where = where instanceof RegExp ? testing(where) : new Set(where);
    if (known) this.#holders = new Map(known);
    else for (const path of files.entries.keys()) if (this.meets(path)) this.#pending.add(path);
  }

  get pending(): boolean {
    return this.#pending.size > 0;
  }

  holds(path: string): boolean {
    return this.#holders.has(path);
  }

  /** Path and blob of each holder, in the order of the paths. */
  get holders(): readonly (readonly [path: string, oid: string])[] {
    const { where } = this.question;
    const paths = where instanceof RegExp ? [...this.#holders.keys()].sort() : where;
    return paths.flatMap((path): [string, string][] => {
      const oid = this.#holders.get(path);
      return oid === undefined ? [] : [[path, oid]];
    });
  }

  meets(path: string): boolean {
    return this.#where instanceof RegExp ? this.#where.test(path) : this.#where.has(path);
  }

  turnedBy(path: string): boolean {
    return this.#turned.has(path);
  }

  note({ path }: Change): void {
    this.#pending.add(path);
  }

  settle(): Promise<void> {
    this.#settling ??= this.#look().finally(() => {
      this.#settling = undefined;
    });
    return this.#settling;
  }

  async #look(): Promise<void> {
    await Promise.all([...this.#pending].map((path) => this.#lookInto(path)));
    this.#pending.clear();
  }

  async #lookInto(path: string): Promise<void> {
    const oid = this.files.entries.get(path)?.oid;
    if (oid === this.#holders.get(path)) return;
    const found = oid === undefined ? undefined : await this.files.content(oid);
    const may = found !== undefined && mayHave(found, this.#content);
    const holds = oid !== undefined && may && hasContent(found.text, this.#content);
    if (!holds && !this.#holders.has(path)) return;
    if (holds) this.#holders.set(path, oid);
    else this.#holders.delete(path);
    if (this.since !== this.files.tick) this.#turned.clear();
    this.#turned.add(path);
    this.since = this.files.tick;
    this.#digest = undefined;
  }

  digest(): string {
    this.#digest ??= digestOf(JSON.stringify(this.holders));
    return this.#digest;
  }
}
