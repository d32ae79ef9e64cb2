import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { realDisk } from '../apply/disk.js';
import { receiptFromCommits } from '../apply/from-commits.js';
import { backupPath, type Receipt, readReceipt } from '../apply/receipt.js';
import { openCheckout, openFolder, type TreeRoot } from '../apply/tree-root.js';
import type { Codemod, Outcome } from '../codemod/types.js';
import type { Build } from '../source/build.js';
import type { SourceFile } from '../source/file.js';
import type { Project } from '../source/project.js';
import type { SourceTree } from '../source/tree.js';
import { FolderTree } from '../tree/folder-tree.js';
import { git } from '../tree/git.js';
import { OverlayTree } from '../tree/overlay-tree.js';
import { WorkTree } from '../tree/work-tree.js';
import type { Subject } from './rung.js';

export interface Planned {
  readonly target: {
    readonly project: Project;
    readonly revision: string;
    readonly commit: string;
    readonly tree: SourceTree;
  };
  readonly build: Build;
  readonly outcomes: readonly Outcome[];
  readonly options: Subject['options'];
}

/** The tree that a plan would make, in memory. */
export function plannedSubject({ target, build, outcomes, options }: Planned): Subject {
  const overlay = new OverlayTree(
    target.tree,
    outcomes.flatMap(({ edits }) => edits),
  );
  const { project, revision, commit } = target;
  const codemods = outcomes.map(({ codemod }) => codemod);
  return {
    project,
    revision,
    commit,
    tree: overlay,
    base: target.tree,
    edited: overlay.changed,
    build,
    codemods,
    options,
    outcomes,
  };
}

/** A checkout as it was before the receipt's edits. */
class BeforeTree implements SourceTree {
  readonly #files: ReadonlyMap<string, Receipt['files'][number]>;
  readonly base: string | undefined;

  constructor(
    readonly below: SourceTree,
    readonly root: TreeRoot,
    receipt: Receipt,
  ) {
    this.#files = new Map(receipt.files.map((file) => [file.path, file]));
    this.base = receipt.base;
  }

  async paths(): Promise<readonly string[]> {
    return (await this.below.paths()).filter((path) => this.#files.get(path)?.before !== null);
  }

  async read(path: string): Promise<SourceFile | undefined> {
    const file = this.#files.get(path);
    if (!file) return this.below.read(path);
    if (file.before === null) return undefined;
    const text = (await realDisk.read(backupPath(this.root, file.before))) ?? (await this.#fromGit(path));
    return text === undefined ? undefined : { path, text };
  }

  /** A copy has no backups, but the commit that the fixes were made on. */
  async #fromGit(path: string): Promise<string | undefined> {
    if (this.base === undefined) return undefined;
    const found = await git(this.root.dir, ['cat-file', 'blob', `${this.base}:${path}`], { accept: [128] });
    return found.code === 0 ? found.stdout.toString('latin1') : undefined;
  }
}

export interface Patched {
  readonly root: TreeRoot;
  readonly receipt: Receipt;
  readonly tree: SourceTree;
}

/**
 * A folder that fixes were applied to, as its receipt says, or its commits; `build` is that of a tree whose
 * commits alone tell. Undefined where nothing was applied.
 */
export async function findPatched(dir: string, build: Build): Promise<Patched | undefined> {
  const isGit = await stat(join(dir, '.git')).then(
    () => true,
    () => false,
  );
  const root = isGit ? await openCheckout(dir) : await openFolder(dir);
  const receipt = (await readReceipt(root)) ?? (await receiptFromCommits(root, build));
  if (!receipt) return undefined;
  return { root, receipt, tree: root.isGit ? new WorkTree(root.dir) : new FolderTree(root.dir) };
}

/** The subject of a folder, with the fixes that its receipt names. */
export function patchedSubject({ root, receipt, tree }: Patched, codemods: readonly Codemod[]): Subject {
  const own = new Set(receipt.fixes.map(({ id }) => id));
  const options = Object.fromEntries(
    receipt.fixes.flatMap(({ id, options }) => (options ? [[id, options]] : [])),
  );
  return {
    ...receipt.target,
    tree,
    base: new BeforeTree(tree, root, receipt),
    edited: receipt.files.map(({ path }) => path).sort(),
    build: receipt.build,
    codemods: codemods.filter(({ id }) => own.has(id)),
    options,
    outcomes: [],
  };
}
