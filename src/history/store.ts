import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const DAY = 24 * 60 * 60 * 1000;

/** JSON values on disk by key. A cache: what cannot be read is not there, what cannot be written is not kept. */
export class Store {
  constructor(readonly dir: string) {}

  #file(key: string): string {
    return join(this.dir, `${createHash('sha256').update(key).digest('hex').slice(0, 40)}.json`);
  }

  async get(key: string): Promise<unknown> {
    try {
      const entry = JSON.parse(await readFile(this.#file(key), 'utf8')) as { key?: unknown; value?: unknown };
      return entry.key === key ? entry.value : undefined;
    } catch {
      return undefined;
    }
  }

  async put(key: string, value: unknown): Promise<void> {
    const file = this.#file(key);
    const draft = `${file}.${randomUUID()}`;
    try {
      await mkdir(this.dir, { recursive: true });
      await writeFile(draft, JSON.stringify({ key, value }));
      await rename(draft, file);
    } catch {
      await rm(draft, { force: true }).catch(() => {});
    }
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
  return new Store(dir);
}
