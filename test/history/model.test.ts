import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plan } from '../../src/codemod/plan.js';
import type { Codemod, Outcome, Site } from '../../src/codemod/types.js';
import { Historian } from '../../src/history/historian.js';
import { Store } from '../../src/history/store.js';
import { TreeWorkbench } from '../../src/judge/workbench.js';
import { locate, matching, search } from '../../src/source/locate.js';
import { mapTree } from '../support/map-tree.js';
import { BUILD, codemodOf } from '../support/memory.js';
import { type Files, FilesScene } from '../support/scene.js';

const sitesOf = (
  files: readonly { readonly path: string; readonly text: string }[],
  words: Readonly<Record<string, Site['state']>>,
): Site[] =>
  files.flatMap((file) =>
    Object.entries(words).flatMap(([word, state]) =>
      [...file.text.matchAll(new RegExp(`\\b${word}\\b`, 'g'))].map(
        ({ index }): Site => ({ file, offset: index, state, what: word }),
      ),
    ),
  );

const replaced = (sites: readonly Site[], text: string) =>
  sites.map(({ file: { path }, offset, what }) => ({ path, start: offset, end: offset + what.length, text }));

/** Fixes that look in every way that there is, want the same bytes at times, and undo each other's work. */
const FIXES: readonly Codemod[] = [
  codemodOf('vllm/search', {
    judge: async (context) => ({
      sites: sitesOf(await search(context, /^src\//, /bad|good/), { bad: 'wrong', good: 'ours' }),
      absent: 'neither bad nor good',
      reason: { wrong: 'bad', right: 'good' },
    }),
    rewrite: (sites) => replaced(sites, 'good'),
  }),
  codemodOf('vllm/locate', {
    judge: async (context) => ({
      sites: sitesOf(await locate(context, { known: ['main'], search: /^src\//, holds: /old|new/ }), {
        old: 'wrong',
        new: 'right',
      }),
      absent: 'no role',
      reason: { wrong: 'old', right: 'new' },
    }),
    // With two of them, the edited file holds what the judge does not know.
    rewrite: (sites) => replaced(sites, sites.length > 1 ? 'odd' : 'new'),
  }),
  codemodOf('vllm/same-bytes', {
    judge: async (context) => {
      const file = await context.tree.read('src/a');
      const greedy = (await matching(context.tree, /^docs\//)).length > 0;
      return {
        sites: sitesOf(file && greedy ? [file] : [], { bad: 'wrong', fine: 'right' }),
        absent: 'nothing to want',
        reason: { wrong: 'bad', right: 'fine' },
      };
    },
    rewrite: (sites) => replaced(sites, 'fine'),
  }),
  codemodOf('vllm/creates', {
    judge: async (context) => {
      const file = await context.tree.read('src/made');
      const count = (await search(context, /^src\//, /good/)).length;
      return {
        sites: [
          {
            file: file ?? { path: 'src/made', text: '' },
            offset: 0,
            state: file ? 'right' : 'wrong',
            what: `${count}`,
          },
        ],
        reason: { wrong: `${count} good ones, none made`, right: 'made' },
      };
    },
    rewrite: () => [{ path: 'src/made', start: 0, end: 0, text: 'good', create: true }],
  }),
];

const word = fc.constantFrom('bad', 'good', 'old', 'new', 'fine', 'other');
const files = fc.dictionary(
  fc.constantFrom('src/a', 'src/b', 'main', 'docs/x', 'src/made'),
  fc.array(word, { maxLength: 3 }).map((words) => words.join(' ')),
  { maxKeys: 5, noNullPrototype: true },
);

const shown = (outcomes: readonly Outcome[]) =>
  outcomes.map(({ codemod, verdict, reason, sites, edits }) => ({
    id: codemod.id,
    verdict,
    reason,
    sites: sites.map(({ path, line, offset, state, what }) => ({ path, line, offset, state, what })),
    edits: edits.map(({ path, start, end, text }) => ({ path, start, end, text })),
  }));

async function anew(tree: Files): Promise<unknown> {
  const workbench = new TreeWorkbench(mapTree(tree), BUILD);
  try {
    return shown((await plan(FIXES, workbench)).outcomes);
  } finally {
    workbench.dispose();
  }
}

describe('a scene that is judged with memory', () => {
  it('gives at every stop what judging that tree anew gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(files, { minLength: 1, maxLength: 12 }), async (stops) => {
        const historian = new Historian(new Store(undefined));
        const question = { codemods: FIXES, build: BUILD, options: {} };
        const moving = new FilesScene({});
        let last: unknown;
        for (const stop of stops) {
          moving.go(stop);
          const held = last !== undefined && (await historian.memory.holds());
          const expected = await anew(stop);
          if (held) expect(last).toEqual(expected);
          last = shown(await historian.look(moving.scene, question));
          expect(last).toEqual(expected);
        }
        await historian.close();
      }),
      { numRuns: 150 },
    );
  });
});
