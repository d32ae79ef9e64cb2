import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Failure } from '../failure.js';
import { gitEnvironment, startFailure } from './git.js';

export interface GitObject {
  readonly oid: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Where objects are read from. */
export interface Objects {
  /** The object that `name` names, or undefined where the repository has it not. */
  read(name: string): Promise<GitObject | undefined>;
  close(): void;
}

/** One `git cat-file --batch` for all reads of a repository. */
export class ObjectReader implements Objects {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: { resolve: (object: GitObject | undefined) => void; reject: (error: Error) => void }[] =
    [];
  #chunks: Buffer[] = [];
  #length = 0;
  #stderr = '';
  #ended: Error | undefined;
  #header: { oid: string; type: string; size: number } | undefined;

  constructor(dir: string) {
    this.#child = spawn('git', ['-C', dir, 'cat-file', '--batch'], { env: gitEnvironment() });
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      this.#drain();
    });
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
    this.#child.stdin.on('error', () => {});
    this.#child.on('error', (error) => this.#fail(startFailure(error)));
    this.#child.on('close', () =>
      this.#fail(new Failure('unavailable', `git cat-file ended: ${this.#stderr.trim()}`)),
    );
  }

  read(name: string): Promise<GitObject | undefined> {
    if (/[\r\n]/.test(name)) return Promise.resolve(undefined);
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${name}\n`);
    });
  }

  close(): void {
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
          // `<name> missing` or `<name> ambiguous`
          this.#waiting.shift()?.resolve(undefined);
          continue;
        }
        this.#header = { oid: match[1]!, type: match[2]!, size: Number(match[3]) };
      }
      if (this.#length < this.#header.size + 1) return;
      const { oid, type, size } = this.#header;
      const bytes = this.#take(size + 1).subarray(0, size);
      this.#header = undefined;
      this.#waiting.shift()?.resolve({ oid, type, bytes });
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
