import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Codemod } from '../../codemod/types.js';
import { Failure } from '../../failure.js';
import { wholeTexts } from '../../patch/hunks.js';
import type { Change, FileChange } from '../../patch/on-tree.js';
import { readPatch } from '../../patch/read.js';
import { PROJECTS } from '../../source/project.js';
import { blobId } from '../../tree/blob-id.js';
import { foldersBelow } from '../folders.js';
import { carriedCodemod } from './codemod.js';
import { type CarriedFile, carriedSchema } from './format.js';

/** A carried patch as it lies on the disk. */
export interface Carried {
  readonly dir: string;
  readonly meta: CarriedFile;
  readonly change: Change;
  /** Of the bytes of both files. */
  readonly digest: string;
}

const damaged = (dir: string, why: string, cause?: unknown): Failure =>
  new Failure('usage', `the carried patch in ${dir} cannot be used`, {
    why,
    next: 'put it back as it was, or carry it anew: dgx-patch carry add',
    cause,
  });

/** Reads `fix.json` and `change.patch` of a folder. A `usage` Failure where they do not fit each other. */
export async function readCarried(dir: string): Promise<Carried> {
  const [json, patch] = await Promise.all(
    ['fix.json', 'change.patch'].map((name) =>
      readFile(join(dir, name), 'latin1').catch((cause) => {
        throw damaged(dir, `${name} cannot be read`, cause);
      }),
    ),
  );
  let meta: CarriedFile;
  try {
    meta = carriedSchema.parse(JSON.parse(Buffer.from(json!, 'latin1').toString('utf8')));
  } catch (cause) {
    throw damaged(dir, `fix.json is not what it must be: ${(cause as Error).message}`, cause);
  }
  const digest = createHash('sha256')
    .update(json!, 'latin1')
    .update('\0')
    .update(patch!, 'latin1')
    .digest('hex');
  return { dir, meta, change: changeOf(meta, patch!, dir), digest };
}

/** The carried patches of a folder of own fixes. */
export async function carriedIn(dir: string): Promise<Carried[]> {
  const found: Carried[] = [];
  for (const project of PROJECTS) {
    for (const name of await foldersBelow(join(dir, project))) {
      const place = join(dir, project, name);
      if ((await readdir(place)).includes('fix.json')) found.push(await readCarried(place));
    }
  }
  return found;
}

export const codemodOf = ({ meta, change, digest }: Carried): Codemod => carriedCodemod(meta, change, digest);

function changeOf(meta: CarriedFile, patch: string, dir: string): Change {
  const read = patch.trim() === '' ? [] : readPatch(patch).files;
  const texts = new Map(read.map(({ path, hunks }) => [path, wholeTexts(hunks)]));
  const files = meta.files.map(({ path, from, before, after, foreign }): FileChange => {
    if (foreign !== undefined) return { path, before: undefined, after: undefined, foreign };
    const text = texts.get(path);
    texts.delete(path);
    const file: FileChange = {
      path,
      ...(from === undefined ? {} : { from }),
      before: before === null ? undefined : (text?.before ?? ''),
      after: after === null ? undefined : (text?.after ?? ''),
      ...lineageOf(meta, path),
    };
    // A file that goes is named in fix.json alone.
    if (after === null) return file;
    if ((before !== null && blobId(file.before!) !== before) || blobId(file.after!) !== after) {
      throw damaged(
        dir,
        `${path} in change.patch is not the text that fix.json names: one was edited by hand`,
      );
    }
    return file;
  });
  const [extra] = texts.keys();
  if (extra !== undefined) throw damaged(dir, `change.patch changes ${extra}, which fix.json does not name`);
  return { files, known: new Set(meta.known ?? []) };
}

function lineageOf(meta: CarriedFile, path: string): Pick<FileChange, 'lineage'> {
  const found = meta.lineage?.[path];
  if (!found) return {};
  return { lineage: new Map(Object.entries(found).map(([name, digests]) => [name, new Set(digests)])) };
}
