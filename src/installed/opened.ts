import type { Receipt } from '../apply/receipt.js';
import type { Codemod, Outcome } from '../codemod/types.js';
import { BLOCKING } from '../codemod/verdict.js';
import type { Build } from '../source/build.js';
import type { SourceTree } from '../source/tree.js';
import { judgeInstalled } from './judge.js';
import type { InstalledPackage } from './package.js';
import type { Origin } from './source.js';
import { CompletedTree, InstalledTree } from './tree.js';

/** An installed package and what it was made of. */
export interface OpenedPackage {
  readonly found: InstalledPackage;
  readonly origin: Origin;
}

/** Its tree: the installed files, over the source of its revision where that is at hand. */
export function treeOf({ found, origin }: OpenedPackage): SourceTree {
  const installed = new InstalledTree(found);
  return origin.source && found.kind.carries === 'python'
    ? new CompletedTree(installed, origin.source.tree)
    : installed;
}

/** The fixes of an installed package, by what can be done about them. */
export interface InstalledFixes {
  readonly target: Receipt['target'];
  readonly build: Build;
  /** Fixes of what is installed: the needed ones can be applied in place. */
  readonly here: readonly Outcome[];
  /** Fixes of what the package was compiled from, as the source of its revision has it. */
  readonly compiled: readonly Outcome[];
  /** Fixes that nothing can be said of without that source. */
  readonly unseen: readonly Codemod[];
  /** Files of the package that were looked at, with their bytes (latin-1). */
  readonly files: ReadonlyMap<string, string | undefined>;
}

export async function fixesOf(
  opened: OpenedPackage,
  codemods: readonly Codemod[],
  build: Build,
  options: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<InstalledFixes> {
  const { found, origin } = opened;
  const { project, folder, carries, requirements } = found.kind;
  const prefix = `${folder}/`;
  const view = {
    folder: carries === 'python' ? prefix : undefined,
    requirements,
    complete: carries === 'whole' || origin.source !== undefined,
  };
  const judged = await judgeInstalled(treeOf(opened), view, codemods, build, options);
  const isHere = ({ codemod, edits }: Outcome): boolean =>
    edits.length > 0 ? edits.every(({ path }) => path.startsWith(prefix)) : !judged.outside.has(codemod.id);
  return {
    target: { project, revision: origin.revision, commit: origin.commit },
    build,
    here: judged.outcomes.filter(isHere),
    compiled: judged.outcomes.filter((outcome) => !isHere(outcome)),
    unseen: judged.unseen,
    files: new Map([...judged.files].filter(([path]) => path.startsWith(prefix))),
  };
}

/** True where fixes of what is installed cannot be applied. Those that need a build stop nothing. */
export const isBlocked = ({ here }: InstalledFixes): boolean =>
  here.some(({ verdict }) => BLOCKING.has(verdict));
