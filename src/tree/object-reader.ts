import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Failure } from '../failure.js';
import { gitFailure, startFailure } from './git.js';
import { gitEnvironment } from './git-environment.js';

export interface GitObject {
  readonly oid: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Where objects are read from. */
export interface Objects {
  /**
   * The object that `name` names, or undefined where the repository has it not. Rejects with what `check` throws
   * at its size; the object is then not kept in memory.
   */
  read(name: string, check?: (size: number) => void): Promise<GitObject | undefined>;
  close(): void;
}

interface Waiting {
  readonly name: string;
  /** Throws where the object is too large to be taken. */
  readonly check: ((size: number) => void) | undefined;
  readonly resolve: (object: GitObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Last words of a git that may not fetch what a partial repository lacks. Others say `missing` and go on. */
const LACKING = /could not fetch|promisor remote|lazy fetching disabled/;

function ambiguous(name: string): Failure {
  return new Failure(
    'unavailable',
    `${name.replace(/\^\{commit\}$/, '')} is ambiguous: several objects start so`,
    {
      next: 'give more digits of the commit',
    },
  );
}

/** One `git cat-file --batch` for all reads of a repository. */
export class ObjectReader implements Objects {
  #child: ChildProcessWithoutNullStreams;
  readonly #waiting: Waiting[] = [];
  #unasked: string[] = [];
  #chunks: Buffer[] = [];
  #length = 0;
  #stderr = '';
  #ended: Error | undefined;
  #skipped = 0;
  #closing = false;
  #header: { oid: string; type: string; size: number } | undefined;

  constructor(readonly dir: string) {
    this.#child = this.#start();
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawn('git', ['-C', this.dir, 'cat-file', '--batch'], { env: gitEnvironment(this.dir) });
    child.stdout.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      this.#drain();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-4096);
    });
    child.stdin.on('error', () => {});
    child.on('error', (error) => this.#fail(startFailure(error)));
    child.on('close', () => this.#closed());
    return child;
  }

  #closed(): void {
    const first = this.#waiting[0];
    if (!first || !LACKING.test(this.#stderr)) {
      this.#fail(gitFailure('cat-file', this.dir, this.#stderr || 'it ended'));
      return;
    }
    // It ended at an object that is not there: that one is missing, and the others are asked for again.
    this.#waiting.shift();
    first.resolve(undefined);
    this.#stderr = '';
    this.#chunks = [];
    this.#length = 0;
    this.#header = undefined;
    this.#skipped = 0;
    this.#child = this.#start();
    this.#unasked = this.#waiting.map(({ name }) => name);
    this.#writeNames();
    if (this.#closing) this.#child.stdin.end();
  }

  read(name: string, check?: (size: number) => void): Promise<GitObject | undefined> {
    if (/[\r\n]/.test(name)) return Promise.resolve(undefined);
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ name, check, resolve, reject });
      this.#ask(name);
    });
  }

  /** Names of one moment are written together. */
  #ask(name: string): void {
    this.#unasked.push(name);
    if (this.#unasked.length === 1) queueMicrotask(() => this.#writeNames());
  }

  #writeNames(): void {
    const names = this.#unasked.splice(0).map((name) => `${name}\n`);
    if (names.length > 0) this.#child.stdin.write(names.join(''));
  }

  close(): void {
    this.#closing = true;
    this.#writeNames();
    this.#child.stdin.end();
  }

  #fail(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #drain(): void {
    for (;;) {
      if (!this.#header) {
        const line = this.#takeLine();
        if (line === undefined) return;
        const match = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(line);
        if (!match) {
          const asked = this.#waiting.shift();
          if (line.endsWith(' ambiguous')) asked?.reject(ambiguous(asked.name));
          else asked?.resolve(undefined);
          continue;
        }
        this.#header = { oid: match[1]!, type: match[2]!, size: Number(match[3]) };
        this.#checkSize(this.#header.size);
      }
      if (this.#skipped > 0) {
        const count = Math.min(this.#skipped, this.#length);
        this.#take(count);
        this.#skipped -= count;
        if (this.#skipped > 0) return;
        this.#header = undefined;
        continue;
      }
      if (this.#length < this.#header.size + 1) return;
      const { oid, type, size } = this.#header;
      const bytes = this.#take(size + 1).subarray(0, size);
      this.#header = undefined;
      this.#waiting.shift()?.resolve({ oid, type, bytes });
    }
  }

  /** Bytes of an object that nobody wants are skipped as they come. */
  #checkSize(size: number): void {
    try {
      this.#waiting[0]?.check?.(size);
    } catch (error) {
      this.#waiting.shift()!.reject(error as Error);
      this.#skipped = size + 1;
    }
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  #take(count: number): Buffer {
    const all = this.#joined();
    this.#chunks = [all.subarray(count)];
    this.#length -= count;
    return all.subarray(0, count);
  }

  #takeLine(): string | undefined {
    const end = this.#joined().indexOf(10);
    if (end < 0) return undefined;
    return this.#take(end + 1).toString('utf8', 0, end);
  }
}
