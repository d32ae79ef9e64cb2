import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import type { Outcome } from '../../src/codemod/types.js';
import { BLOCKING } from '../../src/codemod/verdict.js';
import { judgeTree } from '../../src/judge/judge.js';
import { readAll } from '../../src/source/locate.js';
import { Documents } from '../../src/syntax/parser.js';
import { OverlayTree } from '../../src/tree/overlay-tree.js';
import { type Drift, drifted, drifts, type Files } from '../support/drift.js';
import { allFixtures, type Fixture } from '../support/fixture.js';
import { BUILD, MemoryTree } from '../support/memory.js';

/** More runs than the default: DGX_PATCH_FUZZ_RUNS=500 npx vitest run test/codemods/drift.test.ts */
const RUNS = Number(process.env.DGX_PATCH_FUZZ_RUNS ?? 12);
/** The same drifts everywhere, unless others are asked for. */
const SEED = Number(process.env.DGX_PATCH_FUZZ_SEED ?? 20261126);

const documents = new Documents();
afterAll(() => documents.dispose());

async function filesOf({ tree }: Fixture): Promise<Files> {
  const files = await readAll({ tree }, await tree.paths());
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}

const fixtures = await Promise.all(
  allFixtures().map(async (fixture) => ({ fixture, files: await filesOf(fixture) })),
);

describe.each(CODEMODS.map((codemod) => ({ id: codemod.id, codemod })))('$id', ({ id, codemod }) => {
  const own = fixtures.filter(({ fixture }) => fixture.id === id);

  async function judged({ fixture }: (typeof own)[number], tree: MemoryTree | OverlayTree): Promise<Outcome> {
    const [outcome] = await judgeTree(tree, [codemod], fixture.build ?? BUILD, {
      [id]: fixture.options ?? {},
    });
    return outcome!;
  }

  /** The outcome after some drift; where it is an edit, the edited tree must be judged right. */
  async function outcomeOf(
    chosen: (typeof own)[number],
    list: readonly Drift[],
    right: readonly string[] = ['applied'],
  ): Promise<Outcome> {
    let { files } = chosen;
    for (const drift of list) files = await drifted(files, drift, documents);
    const tree = new MemoryTree(files);
    const outcome = await judged(chosen, tree);
    if (outcome.verdict === 'needed') {
      const again = await judged(chosen, new OverlayTree(tree, outcome.edits));
      expect(right, again.reason).toContain(again.verdict);
    }
    return outcome;
  }

  it.runIf(own.length > 0)(
    'gives the same verdict where comments, blanks, indentation and line ends change',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...own),
          drifts('blank', 'comment', 'indent', 'crlf'),
          async (chosen, list) => {
            const { verdict, reason, sites } = await outcomeOf(chosen, list);
            expect([chosen.fixture.name, verdict, sites.length], reason).toEqual([
              chosen.fixture.name,
              chosen.fixture.verdict,
              chosen.fixture.sites,
            ]);
          },
        ),
        { numRuns: RUNS, seed: SEED },
      );
    },
  );

  it.runIf(own.length > 0)(
    'gives the same verdict, or an honest other one, where functions, files and comments move',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...own),
          drifts('swap', 'move', 'trailing'),
          async (chosen, list) => {
            const { verdict, reason } = await outcomeOf(chosen, list);
            expect(
              [chosen.fixture.verdict, 'not-applicable', ...BLOCKING],
              `${chosen.fixture.name}: ${reason}`,
            ).toContain(verdict);
          },
        ),
        { numRuns: RUNS, seed: SEED },
      );
    },
  );

  it.runIf(own.length > 0)(
    'never fails, and never makes half an edit, where the source is broken',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...own), drifts('cut', 'repeat'), async (chosen, list) => {
          const { verdict, reason } = await outcomeOf(chosen, list, ['applied', 'upstreamed']);
          if (verdict === 'drifted') expect(reason).not.toMatch(/stopped at (?!CMakeSyntaxError)/);
        }),
        { numRuns: 2 * RUNS, seed: SEED },
      );
    },
  );
});
