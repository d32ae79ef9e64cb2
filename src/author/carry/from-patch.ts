import { Failure } from '../../failure.js';
import { applyHunks, wholeTexts } from '../../patch/hunks.js';
import type { FilePatch, Patch } from '../../patch/model.js';
import type { Change, FileChange } from '../../patch/on-tree.js';
import type { SourceTree } from '../../source/tree.js';
import { blobId } from '../../tree/blob-id.js';
import type { ObjectReader } from '../../tree/object-reader.js';

/** Where the files that a patch was made for may be found. */
export interface Bases {
  /** Of mirrors of the project: they may hold the blobs that the patch names. */
  readonly readers: readonly ObjectReader[];
  /** Trees to try in order, with a name to tell. */
  readonly trees: readonly { readonly name: string; readonly tree: SourceTree }[];
}

/** A patch with the whole text of each file before and after. A `usage` Failure where a base is not at hand. */
export async function changeOfPatch({ files }: Patch, bases: Bases): Promise<Change> {
  const found: FileChange[] = [];
  for (const file of files) found.push(await fileOf(file, bases));
  return { files: found, known: new Set() };
}

async function fileOf(file: FilePatch, bases: Bases): Promise<FileChange> {
  const { path, kind, hunks } = file;
  if (file.foreign !== undefined) return { path, before: undefined, after: undefined, foreign: file.foreign };
  if (kind === 'add') return { path, before: undefined, after: wholeTexts(hunks).after };
  if (kind === 'delete') return { path, before: wholeTexts(hunks).before, after: undefined };
  const before = await baseOf(file, bases);
  const after = before === undefined ? undefined : applyHunks(before, hunks);
  if (before === undefined || after === undefined) {
    throw new Failure('usage', `the text that the patch of ${path} was made for is not at hand`, {
      why: `no mirror holds it, and the hunks fit none of ${bases.trees.map(({ name }) => name).join(', ') || 'no tree'}`,
      next: 'name the revision that it was made on with --base, or carry the commit itself from a mirror',
    });
  }
  const from = kind === 'rename' || kind === 'copy' ? file.from : undefined;
  return { path, before, after, ...(from === undefined ? {} : { from }) };
}

/** The file that the patch was made for: by its id, or the first in which every hunk stands at its line. */
async function baseOf({ from, path, blobs, hunks }: FilePatch, bases: Bases): Promise<string | undefined> {
  const name = from ?? path;
  const fits = (text: string): boolean => applyHunks(text, hunks) !== undefined;
  const whole = wholeTexts(hunks).before;
  if (blobs) {
    if (blobId(whole).startsWith(blobs.before)) return whole;
    for (const reader of bases.readers) {
      const object = await reader.read(blobs.before);
      const text = object?.type === 'blob' ? object.bytes.toString('latin1') : undefined;
      if (text !== undefined && fits(text)) return text;
    }
  }
  for (const { tree } of bases.trees) {
    const text = (await tree.read(name))?.text;
    if (text !== undefined && fits(text)) return text;
  }
  return undefined;
}
