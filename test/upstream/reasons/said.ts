import { plan } from '../../../src/codemod/plan.js';
import { Evaluations } from '../../../src/evaluate/evaluations.js';
import { CODEMODS } from '../../../src/fixes/built-in.js';
import { selectCodemods } from '../../../src/fixes/choose.js';
import { commitAt, type Timeline } from '../../../src/history/timeline.js';
import { TreeWorkbench } from '../../../src/judge/workbench.js';
import type { Build } from '../../../src/source/build.js';
import type { Project } from '../../../src/source/project.js';
import { Documents } from '../../../src/syntax/parser.js';
import { GitTree } from '../../../src/tree/git-tree.js';
import type { Sentence } from './claim.js';

/** By commit: the fixes that are asked there. */
type Asked = ReadonlyMap<string, ReadonlySet<string>>;

/** Every release, and all fixes. */
export const releases = ({ releases: all }: Timeline): Asked =>
  new Map(all.map(({ commit, states }) => [commit, new Set(Object.keys(states))]));

/** The first and the last commit of every stretch in which a fix says the same. */
export function ends(timeline: Timeline): Asked {
  const asked = new Map<string, Set<string>>();
  for (const [id, changes] of Object.entries(timeline.fixes)) {
    for (const [index, { at }] of changes.entries()) {
      const last = (changes[index + 1]?.at ?? timeline.steps.length) - 1;
      for (const step of [at, last]) {
        const commit = commitAt(timeline, step);
        asked.set(commit, (asked.get(commit) ?? new Set()).add(id));
      }
    }
  }
  return asked;
}

const DOCUMENTS = new Documents(4 << 20);

/** All that some fixes say of a commit: reasons, what is said of sites, evidence that is of this tree. */
export async function saidOf(
  project: Project,
  dir: string,
  commit: string,
  build: Build,
  fixes: ReadonlySet<string>,
): Promise<Sentence[]> {
  const tree = new GitTree(dir, commit);
  const workbench = new TreeWorkbench(tree, build, {}, DOCUMENTS, new Evaluations());
  const codemods = selectCodemods(CODEMODS, project).filter(({ id }) => fixes.has(id));
  const { outcomes } = await plan(codemods, workbench);
  workbench.dispose();
  tree.close();
  return outcomes.flatMap(({ codemod: { id: fix }, reason, sites, evidence }): Sentence[] => [
    { fix, text: reason, sites, kind: 'reason' },
    ...sites.map((site): Sentence => ({ fix, text: site.what, sites: [site], kind: 'note' })),
    ...evidence.map(({ ref, note }): Sentence => ({ fix, text: `${ref}: ${note}`, sites, kind: 'evidence' })),
  ]);
}
