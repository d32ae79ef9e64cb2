import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import { judgeTree } from '../../src/judge/judge.js';
import { OverlayTree } from '../../src/tree/overlay-tree.js';
import { hasMirror, treeAt, without } from '../support/mirrors.js';

interface Facts {
  readonly releases: string;
  /** By fix: the verdict from a release on, until the next one that is named. */
  readonly from: Record<string, Record<string, string>>;
}

const facts = JSON.parse(readFileSync(new URL('./facts-stack.json', import.meta.url), 'utf8')) as Record<
  'flashinfer' | 'cutlass',
  Facts
>;
const BUILD = { cuda: '13.0', arch: '12.1a' };

for (const project of ['flashinfer', 'cutlass'] as const) {
  const { releases, from } = facts[project];
  const revisions = releases.split(' ');
  const expected: Record<string, string> = {};
  describe(`${project}${without(project)}`, () => {
    for (const revision of revisions) {
      for (const [id, verdicts] of Object.entries(from)) expected[id] = verdicts[revision] ?? expected[id]!;
      const here = { ...expected };
      it.skipIf(!hasMirror(project))(
        `${revision}: verdicts, and nothing more to do after the edits`,
        async () => {
          const tree = await treeAt(project, revision);
          try {
            const codemods = CODEMODS.filter((codemod) => codemod.project === project);
            const outcomes = await judgeTree(tree, codemods, BUILD);
            expect(Object.fromEntries(outcomes.map(({ codemod, verdict }) => [codemod.id, verdict]))).toEqual(
              here,
            );
            const edited = new OverlayTree(
              tree,
              outcomes.flatMap(({ edits }) => edits),
            );
            const needed = outcomes
              .filter(({ verdict }) => verdict === 'needed')
              .map(({ codemod }) => codemod);
            for (const again of await judgeTree(edited, needed, BUILD)) {
              expect(again).toMatchObject({ verdict: 'applied', edits: [] });
            }
          } finally {
            tree.close();
          }
        },
      );
    }
  });
}
