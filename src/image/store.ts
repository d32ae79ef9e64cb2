import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Engine } from '../container/engine.js';
import { childEnvironment, runProcess } from '../container/process.js';
import { Failure } from '../failure.js';
import { TarError } from './tar-reader.js';

/** An image as its engine describes it. */
export interface ImageFacts {
  /** `sha256:…`: of its configuration. */
  readonly id: string;
  /** `sha256:…`: of its manifest in a registry; undefined for one that was never there. */
  readonly digest: string | undefined;
  /** ISO date and time. */
  readonly created: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Digests of its layers, uncompressed. */
  readonly layers: readonly string[];
  /** False where the image says nothing of what to run. */
  readonly hasCommand: boolean;
}

/** What is done with images. Nothing of an image is ever run. */
export interface Store {
  inspect(ref: string): Promise<ImageFacts>;
  /** The image's files, or at least its folders of packages, as a tar for `work`. */
  read<T>(ref: string, work: (tar: AsyncIterable<Buffer>) => Promise<T>): Promise<T>;
  /** Makes an image of `ref` and one layer. */
  commit(
    ref: string,
    facts: ImageFacts,
    layer: string,
    labels: Readonly<Record<string, string>>,
    tag: string,
  ): Promise<void>;
  tag(ref: string, tag: string): Promise<void>;
}

/** Runs a program of an engine; a failure of it is `unavailable`. */
export async function must(argv: readonly string[], env: Engine['env'], next?: string): Promise<string> {
  const { code, stdout, stderr } = await runProcess(argv, { env });
  if (code === 0) return stdout.trim();
  const last = stderr.trim().split('\n').at(-1) ?? '';
  throw new Failure('unavailable', `${argv.slice(0, 3).join(' ')} failed: ${last}`, {
    ...(next === undefined ? {} : { next }),
  });
}

/**
 * Lets `work` read what a program writes; a program that is left unread is ended. It writes through a pipe of the
 * shell's: what Node gives a program is a socket, which podman cannot open as /dev/stdout.
 */
export async function reading<T>(
  argv: readonly string[],
  env: Engine['env'],
  work: (tar: AsyncIterable<Buffer>) => Promise<T>,
): Promise<T> {
  const child = spawn('sh', ['-c', '"$@" | cat', 'sh', ...argv], {
    env: childEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-10_000);
  });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  try {
    return await Promise.race([work(child.stdout as Readable), failed]);
  } catch (error) {
    const last = said.trim().split('\n').at(-1);
    if (!(error instanceof TarError) || !last) throw error;
    throw new Failure('unavailable', `${argv.slice(0, 2).join(' ')} failed: ${last}`, { cause: error });
  } finally {
    child.stdout.destroy();
    child.kill();
  }
}

/** Gives a program the bytes of a file. */
export async function feeding(argv: readonly string[], env: Engine['env'], file: string): Promise<void> {
  const child = spawn('sh', ['-c', 'cat | "$@"', 'sh', ...argv], {
    env: childEnvironment(env),
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let error = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text;
  });
  // A program that ends early says why on stderr; its closed pipe says less.
  createReadStream(file)
    .pipe(child.stdin)
    .on('error', () => {});
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  throw new Failure(
    'unavailable',
    `${argv.slice(0, 2).join(' ')} failed: ${error.trim().split('\n').at(-1)}`,
  );
}

/** Folders of packages below a mounted image. Links are not followed: they may lead out of it. */
export async function packageFolders(root: string, below = '', depth = 8): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const found: string[] = [];
  for (const name of folders) {
    const path = below === '' ? name : `${below}/${name}`;
    if (/^(?:site|dist)-packages$/.test(name)) found.push(path);
    else if (depth > 0 && !(below === '' && /^(?:proc|sys|dev|run|tmp)$/.test(name))) {
      found.push(...(await packageFolders(root, path, depth - 1)));
    }
  }
  return found;
}
