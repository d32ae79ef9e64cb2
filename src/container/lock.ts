import type { PinSet } from '../pins/pins.js';
import type { BaseImage } from './base-image.js';
import type { LockedFile } from './context.js';
import type { FetchedSource } from './fetched.js';
import type { PatchedTree } from './patched-tree.js';
import type { Gitlink } from './sources.js';
import type { Archive } from './tar.js';

/** Every input of an image, in one document: `lock.json` of the context. */
export interface Lock {
  readonly formatVersion: 1;
  readonly tool: string;
  readonly set: PinSet;
  readonly base: { readonly image: string; readonly digest: string | null };
  readonly torch: { readonly version: string | null; readonly index: string };
  readonly trees: readonly {
    readonly project: string;
    readonly revision: string;
    readonly base: string;
    readonly commit: string;
    readonly tree: string;
    readonly fixes: readonly { readonly id: string; readonly digest?: string }[];
    readonly archive: string;
    /** Files that the checkout lacks, since its mirror does. */
    readonly absent: readonly string[];
  }[];
  readonly submodules: readonly Gitlink[];
  /** What vLLM's CMake fetches while it builds; those that are not fixed may be other bytes tomorrow. */
  readonly fetched: readonly FetchedSource[];
  readonly files: readonly LockedFile[];
}

export function makeLock(
  set: PinSet,
  base: BaseImage,
  tool: string,
  trees: readonly { readonly patched: PatchedTree; readonly archive: Archive }[],
  submodules: readonly Gitlink[],
  fetched: readonly FetchedSource[],
  files: readonly LockedFile[],
): Lock {
  return {
    formatVersion: 1,
    tool,
    set,
    base: { image: base.image, digest: base.digest ?? null },
    torch: { version: set.torch ?? null, index: `cu${set.cuda.replace('.', '')}` },
    trees: trees.map(({ patched: { project, pin, commit, tree, receipt }, archive }) => ({
      project,
      revision: pin.name,
      base: pin.commit,
      commit,
      tree,
      fixes: (receipt?.fixes ?? []).map(({ id, digest }) => ({
        id,
        ...(digest === undefined ? {} : { digest }),
      })),
      archive: archive.sha256,
      absent: archive.absent,
    })),
    submodules,
    fetched,
    files,
  };
}
