import type { Outcome } from '../codemod/types.js';
import { Failure } from '../failure.js';
import { byPath, type Edit, editFile } from '../source/edits.js';
import { blobId } from '../tree/blob-id.js';
import { gitText } from '../tree/git.js';
import { entriesAt } from '../tree/listing.js';
import { changesOf } from './changes.js';
import type { FileChange } from './file-change.js';
import { type Draft, importCommits } from './import.js';
import { commitMessage, revertMessage } from './messages.js';
import type { Receipt } from './receipt.js';
import type { TreeRoot } from './tree-root.js';

/** Modes of files in a commit, which must hold what `originals` says: else git stores other bytes than lie there. */
async function modesOf(
  root: TreeRoot,
  commit: string,
  originals: ReadonlyMap<string, string | undefined>,
): Promise<Map<string, string>> {
  const entries = await entriesAt(root.dir, commit, [...originals.keys()]);
  const modes = new Map<string, string>();
  for (const [path, text] of originals) {
    const { mode = '100644', oid } = entries.get(path) ?? {};
    if (oid !== (text === undefined ? undefined : blobId(text))) {
      throw new Failure('tree', `git stores other bytes for ${path} than lie in ${root.dir}`, {
        why: 'a filter or a conversion of line endings is set up there; dgx-patch runs none',
        next: 'make a checkout without them: dgx-patch apply --out <folder>; or edit in place with --no-commit',
      });
    }
    modes.set(path, mode);
  }
  return modes;
}

/** Each commit differs from the one before by its draft and nothing else, or none is used. */
async function checkCommits(
  { dir }: TreeRoot,
  parent: string,
  commits: readonly string[],
  drafts: readonly Draft[],
): Promise<void> {
  const all = await changesOf(
    dir,
    commits.map((commit, at) => ({ commit, parent: commits[at - 1] ?? parent })),
  );
  for (const [at, { files }] of drafts.entries()) {
    const found = new Map([...(all[at] ?? [])].map(([path, { mode, after }]) => [path, `${mode} ${after}`]));
    const wanted = (path: string): string | undefined => {
      if (!files.has(path)) return undefined;
      const file = files.get(path);
      return file ? `${file.mode} ${blobId(file.text)}` : `000000 ${'0'.repeat(40)}`;
    };
    const odd = [...found.keys(), ...files.keys()].find((path) => found.get(path) !== wanted(path));
    if (odd === undefined) continue;
    throw new Failure('tree', `the commit that git made is not the fix's edits: ${odd} differs`, {
      why: 'another process changed the repository at the same time',
      next: 'nothing was changed; run the command again',
    });
  }
}

/** Author, committer and dates are fixed: the date is that of the commit `dateOf`. */
async function make(
  root: TreeRoot,
  parent: string,
  dateOf: string,
  drafts: readonly Draft[],
): Promise<string[]> {
  const date = `${await gitText(root.dir, ['show', '-s', '--format=%ct', dateOf])} +0000`;
  const commits = await importCommits(root, parent, date, drafts);
  await checkCommits(root, parent, commits, drafts);
  return commits;
}

/**
 * Makes one commit a fix on top of HEAD's commit `parent`, objects only: no ref moves, no file is written.
 * `original` gives the bytes that the edits were made on. Returns the commits, in order.
 */
export async function makeCommits(
  root: TreeRoot,
  parent: string,
  dateOf: string,
  outcomes: readonly Outcome[],
  original: (path: string) => Promise<string | undefined>,
): Promise<string[]> {
  const originals = new Map<string, string | undefined>();
  for (const { path } of outcomes.flatMap((outcome) => outcome.edits)) {
    if (!originals.has(path)) originals.set(path, await original(path));
  }
  const modes = await modesOf(root, parent, originals);
  const edits: Edit[] = [];
  const drafts = outcomes.map((outcome): Draft => {
    edits.push(...outcome.edits);
    const soFar = byPath(edits);
    const paths = new Set(outcome.edits.map((edit) => edit.path));
    const fileAt = (path: string) => ({
      mode: modes.get(path)!,
      text: editFile(originals.get(path), soFar.get(path)!),
    });
    return {
      message: commitMessage(outcome),
      files: new Map([...paths].map((path) => [path, fileAt(path)])),
    };
  });
  return make(root, parent, dateOf, drafts);
}

/** Makes the commit on `head` that takes a receipt's fixes back, objects only. */
export async function makeRevertCommit(
  root: TreeRoot,
  head: string,
  receipt: Receipt,
  files: readonly FileChange[],
): Promise<string> {
  const modes = await modesOf(root, head, new Map(files.map(({ path, before }) => [path, before])));
  const rows = files.map(({ path, after }) => {
    const file = after === undefined ? undefined : { mode: modes.get(path)!, text: after };
    return [path, file] as const;
  });
  const [made] = await make(root, head, head, [{ message: revertMessage(receipt), files: new Map(rows) }]);
  return made!;
}
