import type { Warning } from '../codemod/refusal.js';
import type { Codemod, Outcome } from '../codemod/types.js';
import { TooLarge } from '../failure.js';
import { findRefused } from '../fixes/built-in.js';
import type { Target } from '../revision/resolve.js';
import type { Build } from '../source/build.js';
import type { Project } from '../source/project.js';
import type { SourceTree } from '../source/tree.js';
import { judgeTree } from './judge.js';
import { TreeWorkbench } from './workbench.js';

/** The two builds that GB10 runs: native, and the SM12x family. */
const CHOICES = ['12.0f', '12.1a'];

function needs(arch: string, { verdict, sites }: Outcome): string {
  const count = sites.filter(({ state }) => state === 'wrong').length;
  switch (verdict) {
    case 'needed':
      return `--arch ${arch} needs ${count} CMake ${count === 1 ? 'edit' : 'edits'}`;
    case 'applied':
      return `--arch ${arch} has its CMake edits`;
    case 'upstreamed':
      return `--arch ${arch} needs no CMake edit, and GB10 runs its kernels`;
    default:
      return `--arch ${arch} is ${verdict} here`;
  }
}

/**
 * One line on the arch to choose, from evaluating both: undefined where the fixes that were judged hold
 * none on arch lists, or the evaluation says nothing.
 */
async function adviceOn(
  tree: SourceTree,
  build: Build,
  outcomes: readonly Outcome[],
): Promise<string | undefined> {
  const own = outcomes.find(({ codemod }) => codemod.role === 'arch-lists');
  if (!own || own.verdict === 'not-applicable' || own.verdict === 'drifted') return undefined;
  const codemod: Codemod = own.codemod;
  const said = await Promise.all(
    CHOICES.map(async (arch) => {
      const [outcome] = arch === build.arch ? [own] : await judgeTree(tree, [codemod], { ...build, arch });
      return needs(arch, outcome!);
    }),
  );
  return `on CUDA ${build.cuda}, ${said.join('; ')}`;
}

/** The tree without what is too large to be judged: a warning says nothing of what it cannot read. */
function withoutLarge(tree: SourceTree): SourceTree {
  const read: SourceTree['read'] = (path) =>
    tree.read(path).catch((error: unknown) => {
      if (error instanceof TooLarge) return undefined;
      throw error;
    });
  return { read, paths: () => tree.paths() };
}

/** Harmful edits that the tree carries. Looks into every source, so not where each blob would be fetched. */
export async function warningsOn(
  {
    tree,
    project,
    url,
  }: { readonly tree: SourceTree; readonly project: Project; readonly url?: string | undefined },
  build: Build,
): Promise<readonly Warning[]> {
  if (url !== undefined) return [];
  const workbench = new TreeWorkbench(withoutLarge(tree), build);
  try {
    return await findRefused(workbench.context({ id: 'refusals' }, []), project);
  } catch (error) {
    if (error instanceof TooLarge) return [];
    throw error;
  } finally {
    workbench.dispose();
  }
}

/** What `status` says beyond the verdicts. */
export async function counselOn(
  target: Target,
  { build, outcomes }: { readonly build: Build; readonly outcomes: readonly Outcome[] },
): Promise<{ readonly advice?: string; readonly warnings: readonly Warning[] }> {
  const [advice, warnings] = await Promise.all([
    adviceOn(target.tree, build, outcomes),
    warningsOn(target, build),
  ]);
  return { warnings, ...(advice === undefined ? {} : { advice }) };
}
