import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editedFiles } from '../../src/codemod/plan.js';
import type { Outcome, Site } from '../../src/codemod/types.js';
import { Failure } from '../../src/failure.js';
import type { Edit } from '../../src/source/edits.js';
import { applyEdits } from '../../src/source/edits.js';
import { OverlayTree } from '../../src/tree/overlay-tree.js';
import { codemodOf, MemoryTree, planOf, replacing } from '../support/memory.js';

const verdictsOf = (outcomes: readonly Outcome[]) =>
  Object.fromEntries(outcomes.map(({ codemod, verdict }) => [codemod.id, verdict]));

const FILE = { path: 'f', text: 'one\ntwo\r\nthree\n' };
const tree = new MemoryTree({ f: FILE.text, g: 'four' });
const WHY = { wrong: 'why', right: 'why' };

/** A codemod with one wrong site, until the file holds `goal`. */
const reaching = (id: string, goal: string, edits: readonly Edit[]) =>
  codemodOf(id, {
    async judge({ tree }) {
      const text = (await tree.read('f'))!.text;
      const site: Site = { file: FILE, offset: 0, state: text.includes(goal) ? 'ours' : 'wrong', what: goal };
      return { sites: [site], reason: WHY };
    },
    rewrite: () => edits,
  });

describe('plan', () => {
  it('gives edits for what is needed, and lines for its sites', async () => {
    const { outcomes } = await planOf([replacing('a', 'f', 'three', '3')], tree);
    expect(outcomes[0]).toMatchObject({
      verdict: 'needed',
      sites: [{ path: 'f', line: 3, state: 'wrong' }],
      edits: [{ path: 'f', start: 9, end: 14, text: '3' }],
    });
  });

  it('makes no edit where the verdict is another one', async () => {
    const { outcomes } = await planOf(
      [replacing('right', 'f', 'nine', 'two'), replacing('absent', 'f', 'nine', 'ten')],
      tree,
    );
    expect(verdictsOf(outcomes)).toEqual({ right: 'applied', absent: 'not-applicable' });
    expect(outcomes.flatMap(({ edits }) => edits)).toEqual([]);
  });

  it('composes fixes of one file, in any order to the same bytes', async () => {
    const fixes = [
      replacing('a', 'f', 'one', '1'),
      replacing('b', 'f', 'three', '3'),
      replacing('c', 'f', 'two', '2'),
    ];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const { outcomes } = await planOf(
        order.map((index) => fixes[index]!),
        tree,
      );
      const files = await editedFiles(outcomes, (path) => tree.read(path));
      expect(files).toEqual([{ path: 'f', before: tree.files.f, after: '1\n2\r\n3\n' }]);
    }
  });

  it('comes out applied, with no edit, when it is planned on its own result', async () => {
    const fixes = [replacing('a', 'f', 'one', '1'), replacing('b', 'g', 'four', '4')];
    const first = await planOf(fixes, tree);
    const second = await planOf(
      fixes,
      new OverlayTree(
        tree,
        first.outcomes.flatMap(({ edits }) => edits),
      ),
    );
    expect(verdictsOf(second.outcomes)).toEqual({ a: 'applied', b: 'applied' });
    expect(second.outcomes.flatMap(({ edits }) => edits)).toEqual([]);
  });
});

describe('a fix that does not reach its goal', () => {
  const flawed: [string, readonly Edit[], RegExp][] = [
    ['makes no edit', [], /the rewrite made no edit/],
    [
      'edits something else',
      [{ path: 'f', start: 0, end: 3, text: 'x' }],
      /judged needed again .*nothing is edited/,
    ],
    [
      'overlaps itself',
      [
        { path: 'f', start: 0, end: 3, text: 'goal' },
        { path: 'f', start: 2, end: 4, text: '' },
      ],
      /edits overlap at byte 2 of f/,
    ],
    ['edits past the end', [{ path: 'f', start: 0, end: 999, text: 'goal' }], /outside f \(15 bytes\)/],
    [
      'edits a file that is not there',
      [{ path: 'h', start: 0, end: 0, text: 'goal' }],
      /edit of h, which is not there/,
    ],
    [
      'creates a file that is there',
      [{ path: 'g', start: 0, end: 0, text: 'goal', create: true }],
      /creates g, which is there/,
    ],
    ['writes text that is not in bytes', [{ path: 'f', start: 0, end: 0, text: 'goal 中' }], /not in bytes/],
  ];

  it.each(flawed)('%s: drifted, nothing edited, the others stay', async (_name, edits, reason) => {
    const { outcomes } = await planOf(
      [reaching('flawed', 'goal', edits), replacing('fine', 'f', 'three', '3')],
      tree,
    );
    expect(verdictsOf(outcomes)).toEqual({ flawed: 'drifted', fine: 'needed' });
    expect(outcomes[0]!.reason).toMatch(reason);
    expect(outcomes[0]!.edits).toEqual([]);
    expect(outcomes[1]!.edits).toHaveLength(1);
  });

  it('is drifted too where the edit makes the site unknown', async () => {
    const twice = codemodOf('unknown', {
      async judge({ tree }) {
        const text = (await tree.read('f'))!.text;
        const state = text.includes('two') ? 'wrong' : 'unknown';
        return { sites: [{ file: FILE, offset: 0, state, what: 'another shape' }], reason: WHY };
      },
      rewrite: () => [{ path: 'f', start: 4, end: 7, text: '2' }],
    });
    const { outcomes } = await planOf([twice], tree);
    expect(outcomes[0]).toMatchObject({ verdict: 'drifted', edits: [] });
    expect(outcomes[0]!.reason).toContain('another shape');
  });
});

describe('a judge that stops', () => {
  const stopping = (error: Error) =>
    codemodOf('stopping', { judge: () => Promise.reject(error), rewrite: () => [] });

  it('is drifted, with the reason, and the others stay', async () => {
    const { outcomes } = await planOf(
      [stopping(new TypeError('no such node')), replacing('fine', 'f', 'three', '3')],
      tree,
    );
    expect(verdictsOf(outcomes)).toEqual({ stopping: 'drifted', fine: 'needed' });
    expect(outcomes[0]!.reason).toBe('the judge stopped at TypeError: no such node');
  });

  it('is drifted too where it is the rewrite that stops, or the second judgement', async () => {
    const site: Site = { file: FILE, offset: 0, state: 'wrong', what: 'one' };
    const first = codemodOf('first', {
      judge: async () => ({ sites: [site], reason: WHY }),
      rewrite: () => Promise.reject(new Error('no place')),
    });
    const second = codemodOf('second', {
      async judge({ tree }) {
        if ((await tree.read('f'))!.text.startsWith('ONE')) throw new Error('what is this');
        return { sites: [site], reason: WHY };
      },
      rewrite: () => [{ path: 'f', start: 0, end: 3, text: 'ONE' }],
    });
    const { outcomes } = await planOf([first, second], tree);
    expect(verdictsOf(outcomes)).toEqual({ first: 'drifted', second: 'drifted' });
    expect(outcomes.flatMap(({ edits }) => edits)).toEqual([]);
  });

  it('ends the run where a program or a file is what failed', async () => {
    const failure = new Failure('unavailable', 'cmake was not found');
    await expect(planOf([stopping(failure)], tree)).rejects.toBe(failure);
    const errno = Object.assign(new Error('EACCES'), { code: 'EACCES' });
    await expect(planOf([stopping(errno)], tree)).rejects.toBe(errno);
  });
});

describe('conflicting fixes', () => {
  it('that want the same bytes are both withheld, and name each other; a third one stays', async () => {
    const fixes = [
      replacing('a', 'f', 'two', '2'),
      replacing('b', 'f', 'wo', 'WO'),
      replacing('c', 'f', 'one', '1'),
    ];
    const { outcomes } = await planOf(fixes, tree);
    expect(verdictsOf(outcomes)).toEqual({ a: 'conflicting', b: 'conflicting', c: 'needed' });
    expect(outcomes.map(({ reason }) => reason).slice(0, 2)).toEqual([
      'b edits the same bytes',
      'a edits the same bytes',
    ]);
    expect(outcomes.map(({ edits }) => edits.length)).toEqual([0, 0, 1]);
  });

  it('that insert at one place are withheld: the order would be a guess', async () => {
    const at = (text: string): Edit[] => [{ path: 'f', start: 0, end: 0, text }];
    const { outcomes } = await planOf([reaching('a', 'A', at('A')), reaching('b', 'B', at('B'))], tree);
    expect(verdictsOf(outcomes)).toEqual({ a: 'conflicting', b: 'conflicting' });
  });

  it('on other bytes are found by the second judgement of all edits together', async () => {
    // `picky` is right only while "three" is there, and `other` takes it away.
    const picky = codemodOf('picky', {
      async judge({ tree }) {
        const text = (await tree.read('f'))!.text;
        const state = text.includes('1') && text.includes('three') ? 'ours' : 'wrong';
        return { sites: [{ file: FILE, offset: 0, state, what: 'one' }], reason: WHY };
      },
      rewrite: () => [{ path: 'f', start: 0, end: 3, text: '1' }],
    });
    const { outcomes } = await planOf([picky, replacing('other', 'f', 'three', '3')], tree);
    expect(verdictsOf(outcomes)).toEqual({ picky: 'conflicting', other: 'needed' });
    expect(outcomes[0]!.reason).toMatch(/^beside the other fixes, the edited tree is judged needed again/);
  });

  it('are judged until what is left holds together', async () => {
    /** Right where its own mark is there, and those of `helps` while `hurts` is there too. */
    const leaning = (id: string, at: number, hurts: string, helps: string) =>
      codemodOf(id, {
        async judge({ tree }) {
          const text = (await tree.read('f'))!.text;
          const holds = text.includes(id) && (!text.includes(hurts) || text.includes(helps));
          return {
            sites: [{ file: FILE, offset: at, state: holds ? 'ours' : 'wrong', what: id }],
            reason: WHY,
          };
        },
        rewrite: () => [{ path: 'f', start: at, end: at, text: id }],
      });
    // C hurts B unless A is there; D hurts A: with A withheld, B does not hold any more.
    const fixes = [
      leaning('A', 0, 'D', 'never'),
      leaning('B', 1, 'C', 'A'),
      leaning('C', 2, 'none', 'none'),
      leaning('D', 3, 'none', 'none'),
    ];
    const { outcomes } = await planOf(fixes, tree);
    expect(verdictsOf(outcomes)).toEqual({ A: 'conflicting', B: 'conflicting', C: 'needed', D: 'needed' });
  });
});

describe('new files', () => {
  const creating = codemodOf('creating', {
    async judge({ tree }) {
      const there = (await tree.paths()).includes('new');
      return {
        sites: [{ file: FILE, offset: 0, state: there ? 'ours' : 'wrong', what: 'a file' }],
        reason: WHY,
      };
    },
    rewrite: () => [{ path: 'new', start: 0, end: 0, text: 'hello\n', create: true }],
  });

  it('are seen by the second judgement and listed with no text before', async () => {
    const { outcomes } = await planOf([creating], tree);
    expect(outcomes[0]!.verdict).toBe('needed');
    expect(await editedFiles(outcomes, (path) => tree.read(path))).toEqual([
      { path: 'new', before: undefined, after: 'hello\n' },
    ]);
  });
});

describe('properties', () => {
  it('what is left of any set of fixes is disjoint and reaches every goal', async () => {
    const words = ['ab', 'bc', 'cd', 'da', 'b'];
    const fixes = words.map((word) => replacing(word, 'f', word, word.toUpperCase()));
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', '\n'), maxLength: 12 }),
        fc.subarray(fixes),
        async (text, chosen) => {
          const before = new MemoryTree({ f: text });
          const { outcomes } = await planOf(chosen, before);
          const after = applyEdits(
            text,
            outcomes.flatMap(({ edits }) => edits),
          );
          for (const { verdict, codemod } of outcomes) {
            if (verdict === 'needed') expect(after).not.toContain(codemod.id);
            if (verdict === 'not-applicable') expect(text).not.toContain(codemod.id);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
