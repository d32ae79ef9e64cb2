import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Failure } from '../failure.js';
import { toldToTrust } from './git-environment.js';

/** So many borrow from one another, at most: git follows five. */
const DEPTH = 5;

async function borrowedBy(objects: string): Promise<string[]> {
  const text = await readFile(join(objects, 'info/alternates'), 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => resolve(objects, line));
}

/** True where the folder and the one around it are of this user, or are not there. */
async function isOwn(store: string, user: number): Promise<boolean> {
  const infos = await Promise.all([store, dirname(store)].map((path) => stat(path).catch(() => undefined)));
  return infos.every((info) => info === undefined || info.uid === user);
}

const isTold = (store: string): boolean =>
  toldToTrust().some((path) => path === '*' || (path !== '' && store.startsWith(path)));

/**
 * Objects that a repository borrows must be of its user: git asks whose the repository is, and not whose
 * those are. Throws an `unavailable` Failure.
 */
export async function checkAlternates(dir: string): Promise<void> {
  const user = process.getuid?.();
  if (user === undefined) return;
  let stores = [join(dir, 'objects'), join(dir, '.git', 'objects')];
  for (let depth = 0; depth < DEPTH && stores.length > 0; depth += 1) {
    stores = (await Promise.all(stores.map(borrowedBy))).flat();
    for (const store of stores) {
      if ((await isOwn(store, user)) || isTold(store)) continue;
      throw new Failure(
        'unavailable',
        `${dir} borrows objects from ${store}, which belongs to another user`,
        {
          next: `if you trust them: git config --global --add safe.directory ${dirname(store)}`,
        },
      );
    }
  }
}
