import type { SourceTree } from '../source/tree.js';
import { type Parse, type Role, roleOf } from './language.js';
import type { Lineage } from './lineage.js';
import { type FileMerge, mergeFile, type Place } from './merge-file.js';
import { findMoved } from './moved.js';

/** A patch with all that is needed to merge it: the whole text of each file before and after. */
export interface Change {
  readonly files: readonly FileChange[];
  /** Paths of the base beside those of the patch, as far as they were noted: none of them is a moved file. */
  readonly known: ReadonlySet<string>;
}

export interface FileChange {
  readonly path: string;
  /** What it was called before, where the patch renames it. */
  readonly from?: string;
  /** Undefined for a new file. Bytes as latin-1. */
  readonly before: string | undefined;
  /** Undefined for a file that the patch removes. */
  readonly after: string | undefined;
  readonly lineage?: Lineage;
  /** Why it cannot be carried at all: binary bytes, a link, a change of the mode. */
  readonly foreign?: string;
}

/** What a patch means for one file of a tree. */
export interface FileOutcome {
  /** Where the file is, or will be, in the tree. */
  readonly path: string;
  /** Where the patch has it, if it has moved since. */
  readonly movedFrom?: string;
  /** `absent`: the tree has nothing that it could change. `left`: no code, left out, with the reason. */
  readonly state: 'right' | 'wrong' | 'unknown' | 'absent' | 'left';
  readonly places: readonly Place[];
  /** The tree's file; undefined where it has none. */
  readonly before: string | undefined;
  /** The file with the change; undefined where it is not made. */
  readonly after: string | undefined;
  readonly by: FileMerge['by'];
  readonly note?: string;
}

/** A patch on a tree, file by file. Pure: what it reads goes through the tree. */
export async function onTree(change: Change, tree: SourceTree, parse: Parse): Promise<FileOutcome[]> {
  const known = new Set([...change.known, ...change.files.map(({ path }) => path)]);
  const outcomes = await Promise.all(
    change.files.map(async (file) => {
      const outcome = await fileOnTree(file, tree, parse, known);
      return settle(outcome, roleOf(file.path));
    }),
  );
  return outcomes;
}

/** Tests, docs and CI files that cannot be changed are left out, and said to be. */
function settle(outcome: FileOutcome, role: Role): FileOutcome {
  if (role === 'code' || outcome.state === 'right' || outcome.state === 'wrong') return outcome;
  const why = outcome.note ?? outcome.places.find(({ why }) => why !== undefined)?.why ?? 'it does not merge';
  return { ...outcome, state: 'left', note: `${why} (${role})` };
}

const nothing = { places: [], before: undefined, after: undefined, by: 'lines' } as const;

async function fileOnTree(
  file: FileChange,
  tree: SourceTree,
  parse: Parse,
  known: ReadonlySet<string>,
): Promise<FileOutcome> {
  const { path, before, after } = file;
  const here = await tree.read(path);
  const is = (state: FileOutcome['state'], note?: string): FileOutcome => ({
    ...nothing,
    path,
    state,
    before: here?.text,
    ...(note === undefined ? {} : { note }),
  });
  if (file.foreign !== undefined) return is('unknown', `it is ${file.foreign}`);
  if (after === undefined) {
    // What no one reads harms no one: a file that is to go stays, and that is said.
    return here ? is('left', 'the patch removes it; it stays') : is('right');
  }
  if (before === undefined) {
    if (!here) return { ...is('wrong'), after };
    if (here.text === after) return is('right');
    return is('unknown', 'the patch makes this file, and the tree has another one of that name');
  }
  if (!here && file.from !== undefined && (await tree.read(file.from))) {
    return is('unknown', `the patch renames it from ${file.from}, and renaming is not done`);
  }
  const found = here ?? (await findMoved(path, before, tree, known));
  if (!found) return is('absent', 'the tree has no such file');
  const merge = await mergeFile(
    { path: found.path, base: before, ours: found.text, theirs: after },
    parse,
    file.lineage,
  );
  const states = new Set(merge.places.map(({ state }) => state));
  const state = states.has('unknown')
    ? 'unknown'
    : states.has('absent')
      ? states.size === 1
        ? 'absent'
        : 'unknown'
      : merge.merged === found.text
        ? 'right'
        : 'wrong';
  return {
    path: found.path,
    ...(found.path === path ? {} : { movedFrom: path }),
    state,
    places: merge.places,
    before: found.text,
    after: state === 'wrong' ? merge.merged : undefined,
    by: merge.by,
  };
}
