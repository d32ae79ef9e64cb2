import type { PinSet } from '../pins/pins.js';
import type { BaseImage } from './base-image.js';
import type { LockedFile } from './context.js';
import type { FetchedSource } from './fetched.js';
import type { Inputs } from './inputs.js';
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
  /** The moment of the distribution's archive; null for the day of the build. */
  readonly snapshot: string | null;
  /** All that the build takes from elsewhere, with hashes; null where it was not asked for. */
  readonly inputs: Inputs | null;
  readonly files: readonly LockedFile[];
}

interface Asked {
  readonly set: PinSet;
  readonly base: BaseImage;
  readonly tool: string;
  readonly snapshot: string | undefined;
  readonly inputs: Inputs | undefined;
}

export function makeLock(
  { set, base, tool, snapshot, inputs }: Asked,
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
    snapshot: snapshot ?? null,
    inputs: inputs ?? null,
    files,
  };
}
