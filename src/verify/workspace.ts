import { execFile } from 'node:child_process';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, freemem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathBelow } from '../tree/disk-path.js';
import { temporaryFolder } from '../tree/temp-folder.js';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The command line, as a shell takes it. */
  readonly command: string;
}

const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/**
 * A folder for sources, commands and logs. With a folder of the user's it stays, and `commands.sh`
 * repeats by hand what was run.
 */
export class Workspace {
  private constructor(
    readonly dir: string,
    readonly kept: boolean,
  ) {}

  static async open(keep?: string): Promise<Workspace> {
    if (keep === undefined) return new Workspace(await temporaryFolder('verify'), false);
    await mkdir(keep, { recursive: true });
    const workspace = new Workspace(resolve(keep), true);
    await writeFile(
      join(workspace.dir, 'commands.sh'),
      '#!/bin/sh\n# The commands of the last run, in order.\n',
    );
    return workspace;
  }

  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  /** Writes a file of byte text, its folder included. Returns its absolute path. */
  async write(path: string, text: string): Promise<string> {
    const full = pathBelow(this.dir, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, text, 'latin1');
    return full;
  }

  /** Runs a program in the folder; its output goes to `logs/<label>.log` as well. A missing program is code 127. */
  async run(
    label: string,
    program: string,
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<Ran> {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`);
    const command = [...variables, program, ...args.map(quote)].join(' ');
    if (this.kept) await appendFile(this.path('commands.sh'), `(cd ${quote(this.dir)} && ${command})\n`);
    const ran = await new Promise<Ran>((done) => {
      const options = { cwd: this.dir, maxBuffer: 256 << 20, env: { ...process.env, ...env } };
      execFile(program, [...args], options, (error, stdout, stderr) => {
        const missing = (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
        const code = missing ? 127 : error ? (typeof error.code === 'number' ? error.code : 1) : 0;
        done({ code, stdout, stderr, command });
      });
    });
    await this.write(
      `logs/${label.replaceAll(/[^\w.-]+/g, '_')}.log`,
      `$ ${command}\n${ran.stdout}${ran.stderr}`,
    );
    return ran;
  }

  async close(): Promise<void> {
    if (!this.kept) await rm(this.dir, { recursive: true, force: true });
  }
}

/**
 * How many jobs of so many GiB may run at once: bounded by processors and by free memory, or as many as
 * MAX_JOBS says, which torch and vLLM read as well.
 */
export function jobLimit(gibibytes: number): number {
  const asked = Number(process.env.MAX_JOBS);
  if (Number.isInteger(asked) && asked > 0) return asked;
  return Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / 2 ** 30 / gibibytes)));
}

/** `work` over the items, at most `limit` at a time; results in the items' order. */
export async function pool<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
