import { editedFiles } from '../codemod/plan.js';
import type { Outcome } from '../codemod/types.js';
import type { Build } from '../source/build.js';
import type { EditedFile } from '../source/edits.js';
import type { SourceTree } from '../source/tree.js';
import { makeCommits } from './commits.js';
import { type Disk, realDisk } from './disk.js';
import { sha256 } from './journal.js';
import type { Receipt } from './receipt.js';
import { type Change, carryOut } from './transaction.js';
import type { TreeRoot } from './tree-root.js';

export interface ApplyRequest {
  readonly root: TreeRoot;
  readonly tree: SourceTree;
  readonly target: Receipt['target'];
  readonly build: Build;
  /** What was judged; the needed ones are applied. */
  readonly outcomes: readonly Outcome[];
  readonly options: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** HEAD, where commits are to be made. */
  readonly head: string | undefined;
  readonly earlier: Receipt | undefined;
  readonly tool: string;
  readonly disk?: Disk;
  /** What changes along with the edits, as a part of the same transaction: a list of hashes, say. */
  readonly along?: (edited: readonly EditedFile[]) => Promise<readonly EditedFile[]>;
}

/** Files of an earlier receipt keep what they were before it. */
function mergedFiles(earlier: Receipt | undefined, files: Receipt['files']): Receipt['files'] {
  const merged = new Map((earlier?.files ?? []).map((file) => [file.path, file]));
  for (const file of files) {
    const before = merged.get(file.path)?.before;
    merged.set(file.path, before === undefined ? file : { ...file, before });
  }
  return [...merged.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Writes the edits of the needed fixes to the tree. Returns the receipt; nothing is done without edits. */
export async function applyOutcomes(request: ApplyRequest): Promise<Receipt | undefined> {
  const { root, tree, outcomes, head, earlier } = request;
  const needed = outcomes.filter((outcome) => outcome.verdict === 'needed');
  if (needed.length === 0) return earlier;
  const edits = await editedFiles(needed, (path) => tree.read(path));
  const edited = [...edits, ...((await request.along?.(edits)) ?? [])];
  const commits =
    head === undefined
      ? undefined
      : await makeCommits(
          root,
          head,
          request.target.commit,
          needed,
          async (path) => (await tree.read(path))?.text,
        );
  const files = edited.map(({ path, before, after }) => ({
    path,
    before: before === undefined ? null : sha256(before),
    after: sha256(after),
  }));
  const fixes = needed.map(({ codemod }, index) => ({
    id: codemod.id,
    ...(codemod.digest === undefined ? {} : { digest: codemod.digest }),
    ...(request.options[codemod.id] ? { options: { ...request.options[codemod.id] } } : {}),
    ...(commits ? { commit: commits[index]! } : {}),
  }));
  const receipt: Change['receipt'] = {
    formatVersion: 1,
    tool: request.tool,
    target: request.target,
    build: request.build,
    fixes: [...(earlier?.fixes ?? []), ...fixes],
    files: mergedFiles(earlier, files),
    ...(commits ? { base: earlier?.base ?? head!, head: commits.at(-1)! } : {}),
  };
  const change: Change = {
    files: edited.map(({ path, before, after }) => ({ path, before, after })),
    ...(commits ? { head: { from: head!, to: commits.at(-1)! } } : {}),
    receipt,
  };
  return carryOut(root, change, request.disk ?? realDisk);
}
