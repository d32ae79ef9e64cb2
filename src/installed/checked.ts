import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { realDisk } from '../apply/disk.js';
import { sha256 } from '../apply/journal.js';
import { receiptPath } from '../apply/receipt.js';
import { cacheFolder } from '../cache-folder.js';
import { type InstalledPackage, rootOf } from './package.js';
import { CHECKED, recordPath } from './state.js';

/** What a run found, for the next one: the same question about the same bytes has the same answer. */
const schema = z.strictObject({
  formatVersion: z.literal(1),
  /** Of the tool and of what was asked for. */
  key: z.string(),
  /** Fixes that are in place, or not needed. */
  right: z.array(z.string()),
  /** Every file that the judges looked at, and the list of all files: sha256, or null where there was none. */
  files: z.record(z.string(), z.string().nullable()),
});

/** Names a question: the tool's version and everything that was asked for. */
export function keyOf(question: unknown): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('hex');
}

/** Beside the receipt; without one the package is left as it is, and the answer is kept in the user's cache. */
async function placeOf(found: InstalledPackage): Promise<string> {
  const root = rootOf(found);
  if ((await realDisk.read(receiptPath(root))) !== undefined) return join(root.state, CHECKED);
  const name = createHash('sha256').update(found.dir).digest('hex').slice(0, 16);
  return join(cacheFolder(), 'installed', `${name}.json`);
}

async function sumOf(found: InstalledPackage, path: string): Promise<string | null> {
  const text = await realDisk.read(join(found.site, path)).catch(() => undefined);
  return text === undefined ? null : sha256(text);
}

/** The ids of what is right, where the question was answered before and no byte changed since. */
export async function stillRight(
  found: InstalledPackage,
  key: string,
): Promise<ReadonlySet<string> | undefined> {
  const text = await readFile(await placeOf(found), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(
    await Promise.resolve(text)
      .then(JSON.parse)
      .catch(() => undefined),
  );
  if (!parsed.success || parsed.data.key !== key) return undefined;
  const sums = await Promise.all(
    Object.entries(parsed.data.files).map(async ([path, sum]) => (await sumOf(found, path)) === sum),
  );
  return sums.every(Boolean) ? new Set(parsed.data.right) : undefined;
}

/** Keeps an answer. One that cannot be kept is given again the next time. */
export async function keep(
  found: InstalledPackage,
  key: string,
  right: readonly string[],
  paths: readonly string[],
): Promise<void> {
  const files: Record<string, string | null> = {};
  for (const path of [...paths, recordPath(found)].sort()) files[path] = await sumOf(found, path);
  const place = await placeOf(found);
  const own = `${place}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(place), { recursive: true });
    await writeFile(own, `${JSON.stringify({ formatVersion: 1, key, right, files })}\n`);
    await rename(own, place);
  } catch {
    await rm(own, { force: true }).catch(() => {});
  }
}
