import type { Receipt } from '../apply/receipt.js';
import { carriedOut } from '../codemod/effect-of.js';
import type { Codemod, Outcome } from '../codemod/types.js';
import { BLOCKING } from '../codemod/verdict.js';
import { AUTO, type Buildable, type BuildWish, buildFor } from '../judge/build-for.js';
import type { Build } from '../source/build.js';
import type { SourceTree } from '../source/tree.js';
import { type InstalledOutcomes, judgeInstalled } from './judge.js';
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

/** The fixes of an installed package, and what they were judged for. */
export interface InstalledFixes extends InstalledOutcomes {
  readonly target: Receipt['target'];
  readonly build: Build;
  /** True where fixes without effect at the build are carried out as well. */
  readonly full: boolean;
  /** All files of the package. */
  readonly paths: readonly string[];
}

export async function fixesOf(
  opened: OpenedPackage,
  codemods: readonly Codemod[],
  wish: BuildWish,
  options: Readonly<Record<string, Readonly<Record<string, string>>>>,
  full: boolean,
): Promise<InstalledFixes> {
  const { found, origin } = opened;
  const { project, folder, carries, metadata } = found.kind;
  const prefix = `${folder}/`;
  const complete = carries === 'whole' || origin.source !== undefined;
  const view = { folder: carries === 'python' ? prefix : undefined, metadata, complete };
  const tree = treeOf(opened);
  const build = await buildOf({ project, pin: origin.pin, tree }, wish, complete);
  const judged = await judgeInstalled(tree, view, codemods, build, options, full);
  return {
    ...judged,
    target: { project, revision: origin.revision, commit: origin.commit },
    build,
    full,
    paths: (await tree.paths()).filter((path) => path.startsWith(prefix)),
    files: new Map([...judged.files].filter(([path]) => path.startsWith(prefix))),
  };
}

/** An arch is chosen by evaluating the build description; without one, it is GB10's own. */
async function buildOf(subject: Buildable, wish: BuildWish, complete: boolean): Promise<Build> {
  const arch = wish.arch ?? subject.pin?.arch ?? AUTO;
  const own = !complete && arch === AUTO ? { ...wish, arch: '12.1a' } : wish;
  return (await buildFor(subject, own)).build;
}

/** The fixes that are carried out in place. */
export const toApply = ({ here, full }: InstalledFixes): readonly Outcome[] => carriedOut(here, full);

/** True where fixes of what is installed cannot be applied. Those that need a build stop nothing. */
export const isBlocked = ({ here }: InstalledFixes): boolean =>
  here.some(({ verdict }) => BLOCKING.has(verdict));
