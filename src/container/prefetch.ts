import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../failure.js';
import { pathBelow } from '../tree/disk-path.js';
import { temporaryFolder } from '../tree/temp-folder.js';
import type { InputFile, Inputs } from './inputs.js';
import { archiveSource, type SourcePlace } from './source-archive.js';

/** The folder of a context that holds what its build would fetch. */
export const PREFETCHED = 'prefetched';
/** Its list of hashes, in the words of sha256sum: the build checks it before it takes anything. */
export const SUMS = 'SHA256SUMS';

async function sumOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

async function download({ url, sha256 }: InputFile, to: string): Promise<void> {
  const next = 'try again; where the server has it no longer, find the inputs anew: --stage inputs';
  const partial = `${to}.partial`;
  try {
    const answer = await fetch(url);
    if (!answer.ok || !answer.body) {
      throw new Failure('unavailable', `${url} answered with ${answer.status}`, { next });
    }
    await pipeline(answer.body as AsyncIterable<Uint8Array>, createWriteStream(partial));
    const sum = await sumOf(partial);
    if (sum !== sha256) {
      const why = `its sha256 is ${sum}, and the lock says ${sha256}`;
      throw new Failure('unavailable', `${url} is not the file of the lock`, { why, next });
    }
    await rename(partial, to);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const why = ((cause as Error).cause as Error | undefined)?.message ?? (cause as Error).message;
    throw new Failure('unavailable', `${url} was not reached`, { why, next, cause });
  } finally {
    await rm(partial, { force: true });
  }
}

export interface Prefetched {
  /** Files that were there already, and right. */
  readonly kept: number;
  readonly brought: number;
}

/**
 * Brings everything that the inputs name into `<context>/prefetched`, and checks each hash: of a file its sha256, of a
 * repository its commit. What is there and right stays; what is there and wrong is replaced. A hash that does not fit,
 * or a server that does not answer, is an `unavailable` Failure.
 */
export async function prefetch(
  inputs: Inputs,
  context: string,
  place: Omit<SourcePlace, 'work'>,
): Promise<Prefetched> {
  const dir = join(context, PREFETCHED);
  const sums = new Map<string, string>();
  let kept = 0;
  for (const file of inputs.files) {
    const to = pathBelow(dir, file.path);
    await mkdir(dirname(to), { recursive: true });
    if ((await sumOf(to)) === file.sha256) kept += 1;
    else {
      place.progress(`fetching ${file.path}`);
      await download(file, to);
    }
    sums.set(file.path, file.sha256);
  }
  await mkdir(join(dir, 'sources'), { recursive: true });
  const work = await temporaryFolder('sources');
  try {
    for (const source of inputs.sources) {
      const path = `sources/${source.name}.tar`;
      const { sha256 } = await archiveSource(source, pathBelow(dir, path), { ...place, work });
      sums.set(path, sha256);
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const lines = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, sum]) => `${sum}  ${path}\n`);
  await writeFile(join(dir, SUMS), lines.join(''));
  return { kept, brought: sums.size - kept };
}
