import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Failure } from '../failure.js';

/** What a stage takes, in GiB: base image, sources, objects, and the layers of its stages. */
export const SPACE = { inputs: 16, kernels: 4, runtime: 60 } as const;

/** Free space for the file system of a path, which need not be there yet, in GiB. */
export async function freeSpace(path: string): Promise<number> {
  let at = resolve(path);
  while (!existsSync(at)) at = dirname(at);
  const { bavail, bsize } = await statfs(at);
  return (bavail * bsize) / 2 ** 30;
}

/** An `unavailable` Failure where less than `needed` GiB are free. */
export async function checkSpace(path: string, needed: number, free = freeSpace): Promise<void> {
  const left = await free(path);
  if (left >= needed) return;
  throw new Failure(
    'unavailable',
    `${left.toFixed(1)} GiB are free at ${path}, and the build takes about ${needed}`,
    {
      next: 'make room there (docker system prune, buildah rmi --prune), or say with --space <GiB> how much is enough',
    },
  );
}
