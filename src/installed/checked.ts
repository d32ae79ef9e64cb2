import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { realDisk } from '../apply/disk.js';
import { sha256 } from '../apply/journal.js';
import { type Receipt, receiptPath } from '../apply/receipt.js';
import { cacheFolder } from '../cache-folder.js';
import type { InstalledFixes } from './opened.js';
import { type InstalledPackage, rootOf } from './package.js';
import { rightIds } from './required.js';
import { CHECKED, recordPath } from './state.js';
import { filesBelow, Sums, sumOfPaths } from './sums.js';

/** What a run found, for the next one: the same question about the same bytes has the same answer. */
const schema = z.strictObject({
  formatVersion: z.literal(2),
  /** Of the tool and of what was asked for. */
  key: z.string(),
  /** Fixes that are in place, or not needed. */
  right: z.array(z.string()),
  /** Of the names of all files, since judges search them. */
  paths: z.string(),
  /** Every file that the judges looked at: sha256, or null where there was none. */
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

/** The ids of what is right, where the question was answered before, no byte changed since and no file came. */
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
  const { right, paths, files } = parsed.data;
  if (sumOfPaths(filesBelow(found.dir, `${found.kind.folder}/`)) !== paths) return undefined;
  const sums = new Sums();
  const same = Object.entries(files).every(([path, sum]) => sums.of(join(found.site, path)) === sum);
  return same ? new Set(right) : undefined;
}

/** What was judged, as it is now: a receipt tells what became of the files that it names. */
function filesOf(found: InstalledPackage, fixes: InstalledFixes, receipt: Receipt | undefined) {
  const files = new Map<string, string | null>();
  const record = new Sums().of(join(found.site, recordPath(found)));
  files.set(recordPath(found), record ?? null);
  for (const [path, text] of fixes.files) files.set(path, text === undefined ? null : sha256(text));
  for (const { path, after } of receipt?.files ?? []) files.set(path, after);
  return Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Keeps the answer of a run that ends with this receipt: what was judged counts, and not what lies there by now. One
 * that cannot be kept is given again the next time.
 */
export async function keep(
  found: InstalledPackage,
  key: string,
  fixes: InstalledFixes,
  receipt: Receipt | undefined,
): Promise<void> {
  const files = filesOf(found, fixes, receipt);
  const written = receipt?.files.map(({ path }) => path) ?? [];
  const own = written.filter((path) => path.startsWith(`${found.kind.folder}/`));
  const paths = sumOfPaths([...fixes.paths, ...own]);
  const place = await placeOf(found);
  const draft = `${place}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(place), { recursive: true });
    await writeFile(
      draft,
      `${JSON.stringify({ formatVersion: 2, key, right: rightIds(fixes), paths, files })}\n`,
    );
    await rename(draft, place);
  } catch {
    await rm(draft, { force: true }).catch(() => {});
  }
}
