import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../failure.js';
import type { Target } from '../revision/resolve.js';
import { makeCheckout } from './checkout.js';
import { withLock } from './mutex.js';
import { openCheckout, type TreeRoot } from './tree-root.js';

/** `./vllm-3b30e6150777` */
export function defaultOut(target: Target): string {
  return `./${target.project}-${target.commit.slice(0, 12)}`;
}

/** True where the folder is there and holds something. */
export async function isOccupied(dir: string): Promise<boolean> {
  const info = await stat(dir).catch(() => undefined);
  if (!info) return false;
  if (!info.isDirectory())
    throw new Failure('tree', `${dir} is a file`, { next: 'choose another folder with --out' });
  return (await readdir(dir)).length > 0;
}

/**
 * Makes a checkout beside the folder, lets `work` change it, and gives it its name last: a folder of that
 * name is finished. A partial one that a killed command left is removed first.
 */
export async function makeOut<T>(
  target: Target,
  out: string,
  progress: (line: string) => void,
  work: (root: TreeRoot) => Promise<T>,
): Promise<T> {
  const dir = resolve(out);
  const partial = join(dirname(dir), `.${basename(dir)}.dgx-patch-partial`);
  return withLock(join(dirname(dir), `.${basename(dir)}.dgx-patch-lock`), async () => {
    await rm(partial, { recursive: true, force: true });
    try {
      await mkdir(partial);
      await makeCheckout(target, partial, progress);
      const result = await work(await openCheckout(partial));
      await rename(partial, dir);
      return result;
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      throw error;
    }
  });
}
