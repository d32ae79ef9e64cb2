import type { SourceTree } from '../../src/source/tree.js';
import { climb } from '../../src/verify/ladder.js';
import type { Bench, Check, RungResult, Stage, Subject } from '../../src/verify/rung.js';
import { Workspace } from '../../src/verify/workspace.js';

/** A vLLM subject over a tree, with no fix unless the test says so. */
export function subjectOf(tree: SourceTree, more: Partial<Subject> = {}): Subject {
  return {
    project: 'vllm',
    revision: 'test',
    commit: '0'.repeat(40),
    tree,
    base: undefined,
    edited: [],
    build: { cuda: '13.0', arch: '12.1a' },
    codemods: [],
    options: {},
    outcomes: [],
    ...more,
  };
}

/** Climbs one rung in a workspace of its own. */
export async function climbOne(
  subject: Subject,
  stage: Stage,
  more: Partial<Bench> = {},
): Promise<RungResult> {
  const workspace = await Workspace.open();
  try {
    const bench: Bench = {
      workspace,
      archs: ['12.1', '12.1a', '12.0f'],
      python: 'python3',
      cutlass: [],
      cmake: false,
      software: false,
      progress: () => {},
      ...more,
    };
    return (await climb(subject, [stage], bench)).find((result) => result.stage === stage)!;
  } finally {
    await workspace.close();
  }
}

/** The failed checks of a rung, by what they are about. */
export const failedOf = ({ checks }: RungResult): Record<string, string | undefined> =>
  Object.fromEntries(
    checks.filter(({ state }: Check) => state === 'failed').map(({ what, detail }) => [what, detail]),
  );
