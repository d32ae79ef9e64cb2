import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CarriedFile } from '../../fixes/carried/format.js';
import type { Change } from '../../patch/on-tree.js';
import { filePatch } from '../../patch/write.js';
import { formatJson } from '../../pins/json.js';
import { blobId } from '../../tree/blob-id.js';

/** More lines than any file has: the patch then holds whole files, and needs no mirror to be merged. */
const WHOLE = 10_000_000;

const idOf = (text: string | undefined): string | null => (text === undefined ? null : blobId(text));

/** Writes a carried patch's folder: `fix.json`, and `change.patch` with the whole text of each file. */
export async function writeCarried(
  dir: string,
  about: Omit<CarriedFile, 'formatVersion' | 'files' | 'known' | 'lineage'>,
  { files, known }: Change,
): Promise<void> {
  const lineage = Object.fromEntries(
    files.flatMap(({ path, lineage: found }) =>
      found
        ? [[path, Object.fromEntries([...found].map(([name, digests]) => [name, [...digests].sort()]))]]
        : [],
    ),
  );
  const meta: CarriedFile = {
    formatVersion: 1,
    ...about,
    files: files.map(({ path, before, after, foreign }) =>
      foreign === undefined
        ? { path, before: idOf(before), after: idOf(after) }
        : { path, before: null, after: null, foreign },
    ),
    ...(known.size > 0 ? { known: [...known].sort() } : {}),
    ...(Object.keys(lineage).length > 0 ? { lineage } : {}),
  };
  const patch = files
    .flatMap(({ path, before, after }) =>
      after === undefined ? [] : [filePatch({ path, before, after }, undefined, WHOLE)],
    )
    .join('');
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'change.patch'), patch, 'latin1');
  await writeFile(join(dir, 'fix.json'), formatJson(meta));
}
