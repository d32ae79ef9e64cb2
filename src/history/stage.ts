import { type Change, differences } from '../tree/folders.js';
import type { GitTree } from '../tree/git-tree.js';
import type { Objects } from '../tree/object-reader.js';
import { Content } from './contents.js';
import { type ReadBlob, Scene } from './scene.js';

/** Objects of two repositories: what the first lacks is looked for in the second. */
const either = (first: Objects, second: Objects): Objects => ({
  read: async (name) => (await first.read(name)) ?? second.read(name),
  close: () => {},
});

/** What leads back. */
export const reversed = (changes: readonly Change[]): Change[] =>
  changes.map(({ path, before, after }) => ({ path, before: after, after: before }));

/** Reads what the blobs of a tree's repository hold. */
export const contentOf =
  (tree: GitTree): ReadBlob =>
  async (oid) => {
    const bytes = await tree.bytes(oid);
    // A copy: what is read holds on to all that came with it from git.
    return bytes && new Content(Buffer.from(bytes));
  };

/** A scene that stands on a commit's tree, and goes from one to the next. */
export class Stage {
  readonly scene = new Scene();
  #at: GitTree | undefined;

  /** Moves the scene to a commit's tree, whichever repository it is in. */
  async go(tree: GitTree): Promise<void> {
    const blob = contentOf(tree);
    if (this.#at?.commit === tree.commit) this.scene.move([], blob);
    else this.scene.move(await this.#changesTo(tree), blob);
    this.#at = tree;
  }

  /** Notes that the scene was moved to a commit's tree by who knew the changes. */
  stands(tree: GitTree): void {
    this.#at = tree;
  }

  async #changesTo(tree: GitTree): Promise<readonly Change[]> {
    if (!this.#at) {
      const entries = await tree.entries();
      return [...entries].map(([path, after]) => ({ path, before: undefined, after }));
    }
    const objects = either(tree.objects, this.#at.objects);
    return differences(objects, this.#at.commit, tree.commit);
  }
}
