import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';

const DAY = 24 * 60 * 60 * 1000;
/** More than this is not kept: what was used longest ago goes first. */
const MOST_BYTES = 40 << 20;

const digestOf = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

/**
 * Values by key in one file that only grows: a line for each, `<digest> <key> <JSON>`, the last one of a key
 * counting. A cache: a line whose digest or schema is not right is not there, and what cannot be written is
 * not kept. Keys hold no white space.
 */
export class Log {
  readonly #lines = new Map<string, string>();
  #fresh: string[] = [];

  private constructor(readonly file: string | undefined) {}

  /** @param file undefined for a log that ends with the process. */
  static async open(file: string | undefined): Promise<Log> {
    const log = new Log(file);
    const text = file === undefined ? '' : await readFile(file, 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const key = /^\S+ (\S+) /.exec(line)?.[1];
      if (key !== undefined) log.#lines.set(key, line);
    }
    return log;
  }

  /** Keys that begin with `prefix`, those written last first. */
  keys(prefix: string): string[] {
    return [...this.#lines.keys()].filter((key) => key.startsWith(prefix)).reverse();
  }

  get<T>(key: string, schema: z.ZodType<T>): T | undefined {
    const line = this.#lines.get(key);
    const json = line?.slice(line.indexOf(key) + key.length + 1) ?? '';
    if (line !== lineOf(key, json)) return undefined;
    try {
      return schema.safeParse(JSON.parse(json)).data;
    } catch {
      return undefined;
    }
  }

  put(key: string, value: unknown): void {
    const line = lineOf(key, JSON.stringify(value));
    this.#lines.delete(key);
    this.#lines.set(key, line);
    // The file may end in a line that was cut off: what is new does not go on with it.
    this.#fresh.push(`\n${line}\n`);
  }

  /** Appends what is new. */
  async save(): Promise<void> {
    const text = this.#fresh.join('');
    this.#fresh = [];
    if (this.file !== undefined && text !== '') await appendFile(this.file, text).catch(() => {});
  }
}

function lineOf(key: string, json: string): string {
  return `${digestOf(`${key} ${json}`, 20)} ${key} ${json}`;
}

/** Logs by name: in a folder, or in memory where there is none. */
export class Store {
  readonly #logs = new Map<string, Promise<Log>>();

  constructor(readonly dir: string | undefined) {}

  log(name: string): Promise<Log> {
    let log = this.#logs.get(name);
    if (!log) {
      log = Log.open(this.dir === undefined ? undefined : join(this.dir, `${digestOf(name, 32)}.log`));
      this.#logs.set(name, log);
    }
    return log;
  }

  async save(): Promise<void> {
    if (this.dir !== undefined) await mkdir(this.dir, { recursive: true }).catch(() => {});
    for (const log of this.#logs.values()) await (await log).save();
  }
}

/** Removes the files that were used longest ago, until the rest is small enough. */
async function shrink(dir: string): Promise<void> {
  const names = await readdir(dir).catch(() => []);
  const files = await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(dir, name)).catch(() => ({ size: 0, mtimeMs: 0 }));
      return { file: join(dir, name), size, mtimeMs };
    }),
  );
  let held = 0;
  for (const { file, size } of files.sort((a, b) => b.mtimeMs - a.mtimeMs)) {
    held += size;
    if (held > MOST_BYTES) await rm(file, { force: true }).catch(() => {});
  }
}

/** The store of one version of the code, below `root`; those of versions not used for a month are removed. */
export async function openStore(root: string, version: string): Promise<Store> {
  const dir = join(root, version);
  for (const name of await readdir(root).catch(() => [])) {
    const other = join(root, name);
    const used = (await stat(other).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (name !== version && Date.now() - used > 30 * DAY) await rm(other, { recursive: true, force: true });
  }
  await shrink(dir);
  return new Store(dir);
}
