import { effectOf } from '../codemod/effect-of.js';
import { type Proposal, propose } from '../codemod/plan.js';
import type { Codemod } from '../codemod/types.js';
import { UNJUDGED } from '../codemod/verdict.js';
import { Evaluations } from '../evaluate/evaluations.js';
import type { Build } from '../source/build.js';
import type { SourceTree } from '../source/tree.js';
import { Documents } from '../syntax/parser.js';
import { TreeWorkbench } from './workbench.js';

/** The two builds that GB10 runs: its own target, which is taken where they come to the same, and the family's. */
export const CHOICES = ['12.1a', '12.0f'] as const;

/** What a build for an arch takes that the other choice does not. */
export interface Weight {
  readonly arch: string;
  /** Sites to edit, of fixes that matter there or come with the arch, and ask for another number elsewhere; undefined: not to be had. */
  readonly edits: number | undefined;
}

/** The fixes whose edits may be others at another arch. */
const varies = (codemod: Codemod): boolean =>
  codemod.dependsOnBuild === true || codemod.effectAt !== undefined;

type Count = number | undefined;

/** How many sites a fix must edit for the workbench's build to be as it was asked for, and right on GB10. */
async function countAt(
  codemod: Codemod,
  workbench: TreeWorkbench,
  shared: Map<Codemod, Promise<Proposal>>,
): Promise<Count> {
  const context = workbench.context(codemod, []);
  const before = codemod.dependsOnBuild ? undefined : shared.get(codemod);
  const proposal = before ?? propose(codemod, context);
  shared.set(codemod, proposal);
  const { verdict, sites } = await proposal;
  const known = verdict !== 'refused' && verdict !== 'drifted' && verdict !== UNJUDGED;
  if (codemod.dependsOnBuild && !known) return undefined;
  if (verdict !== 'needed') return 0;
  const effect = await effectOf({ codemod, verdict, sites }, context);
  // What a build asks for itself counts without effect too: another build asks for less.
  if (effect?.kind === 'none' && !codemod.dependsOnBuild) return 0;
  return sites.filter(({ state }) => state === 'wrong').length;
}

/** What each choice takes, of the fixes among `codemods` that tell them apart; by evaluation. */
export async function weigh(
  tree: SourceTree,
  codemods: readonly Codemod[],
  cuda: string,
): Promise<readonly Weight[]> {
  const documents = new Documents(0);
  const evaluations = new Evaluations();
  const workbenches = CHOICES.map(
    (arch) => new TreeWorkbench(tree, { cuda, arch }, {}, documents, evaluations),
  );
  try {
    const shared = new Map<Codemod, Promise<Proposal>>();
    const rows: Count[][] = [];
    for (const codemod of codemods.filter(varies)) {
      rows.push(await Promise.all(workbenches.map((one) => countAt(codemod, one, shared))));
    }
    const telling = rows.filter((row) => row.includes(undefined) || row.some((count) => count !== row[0]));
    return workbenches.map(({ build: { arch } }, index) => {
      const counts = telling.map((row) => row[index]);
      const edits = counts.includes(undefined)
        ? undefined
        : counts.reduce<number>((sum, one) => sum + one!, 0);
      return { arch, edits };
    });
  } finally {
    for (const workbench of workbenches) workbench.dispose();
    documents.dispose();
  }
}

/** The choice that takes fewest edits, with the reason in words. */
export function choiceOf(weights: readonly Weight[]): { readonly arch: string; readonly because: string } {
  const least = Math.min(...weights.map(({ edits }) => edits ?? Number.POSITIVE_INFINITY));
  const best = weights.find(({ edits }) => edits === least);
  if (!best) return { arch: CHOICES[0], because: `no choice of ${CHOICES.join(', ')} could be judged` };
  const other = weights.find((one) => one !== best)!;
  if (other.edits === undefined) {
    return { arch: best.arch, because: `a build for ${other.arch} is not to be had here` };
  }
  const fewer = other.edits - least;
  const because =
    fewer === 0
      ? `GB10's own target, and ${other.arch} takes no fewer edits`
      : `it takes ${fewer} ${fewer === 1 ? 'edit' : 'edits'} fewer than ${other.arch}, and GB10 runs both`;
  return { arch: best.arch, because };
}

/** The build with fewest edits on this tree, of those that GB10 runs. */
export async function chooseArch(
  tree: SourceTree,
  codemods: readonly Codemod[],
  cuda: string,
): Promise<{ readonly build: Build; readonly because: string }> {
  const { arch, because } = choiceOf(await weigh(tree, codemods, cuda));
  return { build: { cuda, arch }, because };
}
