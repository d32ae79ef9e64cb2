import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confluence } from '../../../src/author/torture/confluence.js';
import { smallest } from '../../../src/author/torture/shrink.js';
import { Tally } from '../../../src/author/torture/tally.js';
import { Rack } from '../../../src/author/torture/torture.js';
import type { Codemod, Site } from '../../../src/codemod/types.js';
import { BUILD, codemodOf, MemoryTree, replacing } from '../../support/memory.js';

const PATH = 'pkg/gate.py';
const GATE = `def is_supported(capability):
    if capability.major == 10:
        return True
    return capability == (12, 0)
`;
const WRONG = 'capability == (12, 0)';
const RIGHT = 'capability in ((12, 0), (12, 1))  # dgx-patch: vllm/careless';

/** What people write: text is looked for and replaced, at one path, and what is not found is "right". */
const looking = (find: (text: string) => number): Codemod =>
  codemodOf('vllm/careless', {
    async judge({ tree }) {
      const text = (await tree.read(PATH))?.text ?? '';
      const at = find(text);
      const site: Site = {
        file: { path: PATH, text },
        offset: Math.max(at, 0),
        state: at >= 0 ? 'wrong' : text.includes('dgx-patch') ? 'ours' : 'right',
        what: 'the gate',
      };
      return { sites: [site], reason: { wrong: 'the gate', right: 'the gate' } };
    },
    rewrite: ([site]) => [{ path: PATH, start: site!.offset, end: site!.offset + WRONG.length, text: RIGHT }],
  });

const careless = looking((text) => text.indexOf(WRONG));
/** The same, that takes the last one for the one. */
const lastOne = looking((text) => text.lastIndexOf(WRONG));

async function tortured(codemod: Codemod, tree: MemoryTree, count: number): Promise<Tally> {
  const rack = new Rack({ codemod, target: 'vllm@here', tree, build: BUILD });
  const tally = new Tally();
  try {
    for (let seed = 1; seed <= count; seed += 1) {
      const trial = await rack.trial(seed);
      if (trial) tally.add(trial);
    }
    return tally;
  } finally {
    rack.close();
  }
}

describe('a careless fix', () => {
  it('is caught where it says nothing, and where it edits what it does not understand', async () => {
    const tally = await tortured(careless, new MemoryTree({ [PATH]: GATE }), 120);
    const { silent, right } = tally.total();
    expect(silent).toBeGreaterThan(10);
    expect(right).toBeGreaterThan(0);
    // What looks like the gate behind it is edited in its place.
    const others = await tortured(lastOne, new MemoryTree({ [PATH]: GATE }), 240);
    expect(others.total().wrong).toBeGreaterThan(0);
    expect(others.total().silent).toBeGreaterThan(10);
    const doubled = `${GATE}\n\n# ${WRONG}\n`;
    const wrong = await tortured(
      careless,
      new MemoryTree({ [PATH]: doubled.replace('    return cap', '    return  cap') }),
      120,
    );
    expect(wrong.total().silent + wrong.total().wrong).toBeGreaterThan(10);
    const inComment = GATE.replace(`return ${WRONG}`, 'return capability in ((12, 0), (12, 1))');
    const edits = await tortured(careless, new MemoryTree({ [PATH]: `${inComment}# not ${WRONG}\n` }), 60);
    expect(edits.total().wrong + edits.total().silent).toBeGreaterThan(0);
  });

  it('is shown with the smallest source that deceives it', async () => {
    const rack = new Rack({
      codemod: careless,
      target: 'vllm@here',
      tree: new MemoryTree({ [PATH]: GATE }),
      build: BUILD,
    });
    const mutations = ['crlf', 'swapped-comparison', 'hexadecimal', 'quotes'];
    const trials = await Promise.all([1, 2, 3, 4, 5].map((seed) => rack.mutants(seed, mutations)));
    const silent = trials.find((trial) => trial?.result === 'silent');
    const small = await rack.shrink(silent!);
    rack.close();
    expect(small.mutations).toHaveLength(1);
    expect(small.patch.split('\n').filter((line) => /^[-+][^-+]/.test(line)).length).toBeLessThanOrEqual(4);
  });
});

describe('shrinking', () => {
  it('keeps what is needed to fail, and little else', async () => {
    const items = fc.uniqueArray(fc.nat(200), { minLength: 2, maxLength: 24 });
    await fc.assert(
      fc.asyncProperty(items, fc.nat(), async (all, pick) => {
        const culprit = all[pick % all.length]!;
        const found = await smallest(all, async (some) => some.includes(culprit), 400);
        expect(found).toEqual([culprit]);
      }),
    );
  });
});

describe('the order of fixes', () => {
  const tree = new MemoryTree({ 'a.txt': 'one two\n' });

  it('does not matter where each edits its own words', async () => {
    const fixes = [replacing('vllm/a', 'a.txt', 'one', 'ONE'), replacing('vllm/b', 'a.txt', 'two', 'TWO')];
    for (const seed of [1, 2, 3]) expect(await confluence(fixes, tree, BUILD, seed)).toEqual([]);
  });

  it('is said where it does', async () => {
    const fixes = [replacing('vllm/a', 'a.txt', 'two', 'one'), replacing('vllm/b', 'a.txt', 'one', 'three')];
    const found = await Promise.all([1, 2, 3, 4].map((seed) => confluence(fixes, tree, BUILD, seed)));
    expect(found.flat()).toContain('a.txt');
  });
});
