import { rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure } from '../../failure.js';
import type { CarriedFile } from '../../fixes/carried/format.js';
import type { Carried } from '../../fixes/carried/read.js';
import { roleOf } from '../../patch/language.js';
import type { Patch } from '../../patch/model.js';
import { type Change, type FileChange, type FileOutcome, onTree } from '../../patch/on-tree.js';
import { readPatch } from '../../patch/read.js';
import type { Target } from '../../revision/resolve.js';
import { Documents } from '../../syntax/parser.js';
import { git, gitText } from '../../tree/git.js';
import { ObjectReader } from '../../tree/object-reader.js';
import { changeOfCommit } from './from-commit.js';
import { type Bases, changeOfPatch } from './from-patch.js';

/** What is known of a patch's source, beside its change. */
export interface Source {
  readonly title: string;
  readonly source: CarriedFile['source'];
  readonly base?: string;
  readonly change: Change;
}

const pullOf = (title: string): string | undefined => /\((#\d+)\)\s*$/.exec(title)?.[1];

/** An upstream commit, read from the git directory that has it. */
export async function sourceOfCommit({ dir, commit }: Pick<Target, 'dir' | 'commit'>): Promise<Source> {
  const parent = await git(dir, ['rev-parse', '--verify', '--quiet', `${commit}^`], { accept: [1, 128] });
  if (parent.code !== 0) {
    throw new Failure('unavailable', `${dir} has not the commit before ${commit.slice(0, 12)}`, {
      why: 'a change is what differs from the commit before',
      next: 'name a full mirror with --mirror, or carry the patch itself: dgx-patch carry add <file.patch>',
    });
  }
  const [title = '', date = ''] = (await gitText(dir, ['log', '-1', '--format=%s%n%cs', commit])).split('\n');
  const pull = pullOf(title);
  const reader = new ObjectReader(dir);
  try {
    const change = checked(await changeOfCommit(dir, reader, commit));
    const base = parent.stdout.toString('utf8').trim();
    return { title, source: { commit, ...(pull ? { pull } : {}), date }, base, change };
  } finally {
    reader.close();
  }
}

/** A patch, read and found to be one that can be carried; else a `usage` Failure. Needs no mirror. */
export function checkedPatch(text: string): Patch {
  const patch = readPatch(text);
  const files = patch.files.map(
    ({ path, kind, from, foreign }): FileChange => ({
      path,
      before: undefined,
      after: undefined,
      ...((kind === 'rename' || kind === 'copy') && from !== undefined ? { from } : {}),
      ...(foreign === undefined ? {} : { foreign }),
    }),
  );
  checked({ files, known: new Set() });
  return patch;
}

/** A patch of a file, with what it was made for found in mirrors and trees. */
export async function sourceOfPatch(patch: Patch, file: string, bases: Bases): Promise<Source> {
  const change = checked(await changeOfPatch(patch, bases));
  const title = patch.title ?? basename(file).replace(/\.(?:patch|diff)$/, '');
  const pull = pullOf(title);
  return {
    title,
    source: {
      ...(patch.commit ? { commit: patch.commit } : {}),
      ...(pull ? { pull } : {}),
      ...(file === '-' ? {} : { file: basename(file) }),
    },
    change,
  };
}

/** A change without what is not carried. A `usage` Failure where that is code, or nothing is left. */
function checked({ files, known }: Change): Change {
  const own = files.map((file): FileChange => {
    const foreign = file.foreign ?? (file.from === undefined ? undefined : `renamed from ${file.from}`);
    if (foreign === undefined) return file;
    if (roleOf(file.path) === 'code') {
      throw new Failure('usage', `the patch cannot be carried: ${file.path} is ${foreign}`, {
        why: 'a fix edits and makes text files; it does no half of a patch',
        next: 'write that part as a fix of its own: dgx-patch fix new',
      });
    }
    return { path: file.path, before: undefined, after: undefined, foreign };
  });
  if (!own.some(({ path, foreign }) => roleOf(path) === 'code' && foreign === undefined)) {
    throw new Failure('usage', 'the patch changes no code', {
      why: `it is about ${files
        .map(({ path }) => path)
        .slice(0, 3)
        .join(', ')}`,
    });
  }
  return { files: own, known };
}

/** What a change means for a tree, judged outside of a plan. */
export async function tryOn(change: Change, { tree }: Pick<Target, 'tree'>): Promise<FileOutcome[]> {
  const documents = new Documents();
  try {
    return await onTree(change, tree, (file, language) => documents.parse(file, language));
  } finally {
    documents.dispose();
  }
}

/** The change as it is on a tree that it merges with. A `blocked` Failure where it does not merge whole. */
export async function rebased({ change, meta }: Carried, target: Target): Promise<Change> {
  const outcomes = await tryOn(change, target);
  const open = outcomes.filter(({ state }) => state === 'unknown' || state === 'absent');
  if (open.length > 0) {
    const where = open.map(
      ({ path, note, places }) =>
        `${path}: ${note ?? places.find(({ why }) => why)?.why ?? 'it is not there'}`,
    );
    throw new Failure('blocked', `${meta.id} does not merge with ${target.project}@${target.revision}`, {
      why: where.join('; '),
      next: `see both texts: dgx-patch status --target ${target.project}@${target.revision} --only ${meta.id} --json`,
    });
  }
  const made = outcomes.filter(({ after }) => after !== undefined);
  if (made.length === 0) {
    throw new Failure('blocked', `${target.project}@${target.revision} has ${meta.id} already`, {
      next: `drop it: dgx-patch carry drop ${meta.id}`,
    });
  }
  return { files: made.map(({ path, before, after }) => ({ path, before, after })), known: new Set() };
}

/** Removes a carried patch's folder: its two files, and the folder where nothing else is in it. */
export async function drop({ dir }: Carried): Promise<void> {
  for (const name of ['fix.json', 'change.patch']) await rm(join(dir, name));
  await rmdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY') throw error;
  });
}
