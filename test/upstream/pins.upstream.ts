import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import { type Historian, openHistorian } from '../../src/history/historian.js';
import { buildFor } from '../../src/judge/build-for.js';
import { judgeTree } from '../../src/judge/judge.js';
import { OverlayTree } from '../../src/tree/overlay-tree.js';
import { type JudgedPin, PinBook, pinKey } from '../../src/upkeep/book.js';
import { differences } from '../../src/upkeep/snapshot.js';
import { mirrors, without } from '../support/mirrors.js';

interface Fact {
  readonly verdict: string;
  readonly sites?: number;
}

const facts = JSON.parse(readFileSync(new URL('./facts-vllm.json', import.meta.url), 'utf8')) as {
  revisions: Record<string, Record<string, Fact>>;
};

const book = await PinBook.open(new URL('../../upstream-pins.json', import.meta.url).pathname);
const ids = new Set(CODEMODS.map(({ id }) => id));
let historian: Historian;

beforeAll(async () => {
  historian = await openHistorian(false);
});
afterAll(() => historian.close());

/** Facts about fixes that there are; a fact about a fix that is not there yet says nothing. */
function factsOf(pin: { name: string; commit: string }): [string, Fact][] {
  return Object.entries(facts.revisions[pin.name] ?? facts.revisions[pin.commit] ?? {}).filter(([id]) =>
    ids.has(id),
  );
}

for (const pin of book.pins.pins) {
  describe(`${pinKey(pin)}${without(pin.project)}`, () => {
    let judged: JudgedPin;

    beforeAll(async () => {
      if (mirrors.has(pin.project)) judged = await book.judge(pin, mirrors, historian, () => {});
    });
    afterAll(() => judged?.target.close());

    it.skipIf(!mirrors.has(pin.project))(
      'gives the verdicts, sites and bytes that the pins file and its lock say',
      () => {
        expect(differences(pin, book.locked(pin), judged.found, judged.outcomes)).toEqual([]);
      },
    );

    it.skipIf(!mirrors.has(pin.project))('needs nothing more once its fixes are made', async () => {
      const edits = judged.outcomes.flatMap((outcome) => outcome.edits);
      const needed = judged.outcomes
        .filter(({ verdict }) => verdict === 'needed')
        .map(({ codemod }) => codemod);
      const again = await judgeTree(
        new OverlayTree(judged.target.tree, edits),
        needed,
        (await buildFor(judged.target)).build,
      );
      expect(again.filter(({ verdict, edits: more }) => verdict !== 'applied' || more.length > 0)).toEqual(
        [],
      );
    });

    it.skipIf(!mirrors.has(pin.project))('agrees with what is known of upstream', () => {
      for (const [id, fact] of factsOf(pin)) {
        const outcome = judged.outcomes.find(({ codemod }) => codemod.id === id)!;
        expect(fact.verdict.split('|'), `${id}: ${outcome.reason}`).toContain(outcome.verdict);
        if (fact.sites !== undefined) expect(outcome.sites.length, id).toBe(fact.sites);
      }
    });
  });
}
