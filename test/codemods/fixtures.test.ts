import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import { editedFiles } from '../../src/codemod/plan.js';
import { judgeTree } from '../../src/judge/judge.js';
import { patch } from '../../src/patch/write.js';
import { OverlayTree } from '../../src/tree/overlay-tree.js';
import { allFixtures } from '../support/fixture.js';

/** `UPDATE_FIXTURES=1 npm test` writes the diffs anew: read them before you commit them. */
const UPDATE = process.env.UPDATE_FIXTURES === '1';

const fixtures = allFixtures();

describe.each(CODEMODS.map((codemod) => ({ id: codemod.id, codemod })))('$id', ({ id, codemod }) => {
  const own = fixtures.filter((fixture) => fixture.id === id);

  it('has a case that needs it and one that does not', () => {
    const verdicts = new Set(own.map((fixture) => fixture.verdict));
    expect(verdicts.size).toBeGreaterThan(1);
  });

  it.each(own)('$name: $shows', async (fixture) => {
    const build = fixture.build ?? { cuda: '13.0', arch: '12.1a' };
    const options = { [id]: fixture.options ?? {} };
    const { tree } = fixture;
    const [outcome] = await judgeTree(tree, [codemod], build, options);
    expect({ verdict: outcome!.verdict, sites: outcome!.sites.length, reason: outcome!.reason }).toEqual({
      verdict: fixture.verdict,
      sites: fixture.sites,
      reason: fixture.reason === undefined ? expect.any(String) : expect.stringContaining(fixture.reason),
    });

    const diff = patch(await editedFiles([outcome!], (path) => tree.read(path)));
    if (UPDATE && diff !== '') fixture.expect(diff);
    else expect(diff).toBe(fixture.diff ?? '');

    if (outcome!.verdict !== 'needed') return;
    const edited = new OverlayTree(tree, outcome!.edits);
    const [again] = await judgeTree(edited, [codemod], build, options);
    expect(again).toMatchObject({ verdict: 'applied', edits: [] });
  });
});
