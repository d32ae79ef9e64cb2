import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import type { Codemod } from '../../src/codemod/types.js';
import { CHOICES, choiceOf, weigh } from '../../src/judge/arch.js';
import { buildFor } from '../../src/judge/build-for.js';
import { judgeTree } from '../../src/judge/judge.js';
import { FolderTree } from '../../src/tree/folder-tree.js';
import { MemoryTree, replacing } from '../support/memory.js';

const tree = new MemoryTree({ f: 'one one' });
const only = (arch: string, id: string): Codemod => ({
  ...replacing(id, 'f', 'one', '1'),
  effect: { kind: 'stops' },
  effectAt: (_, { build }) => (build.arch === arch ? undefined : { kind: 'none', because: 'other arch' }),
});

describe('weigh', () => {
  it('counts the wrong sites of fixes that tell the archs apart, and matter there', async () => {
    const both: Codemod = { ...replacing('both', 'f', 'one', '1'), dependsOnBuild: true };
    expect(await weigh(tree, [only('12.1a', 'a'), both], '13.0')).toEqual([
      { arch: '12.1a', edits: 2 },
      { arch: '12.0f', edits: 0 },
    ]);
  });

  it('gives no weight to a build that is refused', async () => {
    const refusing: Codemod = {
      ...replacing('r', 'f', 'one', '1'),
      dependsOnBuild: true,
      judge: async ({ build }) => (build.arch === '12.1a' ? { refused: 'no' } : { absent: 'nothing' }),
    };
    const weights = await weigh(tree, [refusing], '13.0');
    expect(choiceOf(weights)).toEqual({ arch: '12.0f', because: 'a build for 12.1a is not to be had here' });
  });
});

describe('choiceOf', () => {
  const of = (native: number | undefined, family: number | undefined) =>
    choiceOf([
      { arch: '12.1a', edits: native },
      { arch: '12.0f', edits: family },
    ]);

  it('takes fewest edits, and the native target where both take as many', () => {
    expect(of(8, 2).arch).toBe('12.0f');
    expect(of(1, 2).arch).toBe('12.1a');
    expect(of(3, 3).arch).toBe('12.1a');
    expect(of(0, 0).because).toContain("GB10's own target");
    expect(of(8, 0).because).toContain('it takes 8 edits fewer than 12.1a');
  });

  it('names the native target where nothing could be judged', () => {
    expect(of(undefined, undefined).arch).toBe('12.1a');
  });
});

describe('buildFor', () => {
  const mini = new FolderTree(new URL('../../fixtures/trees/mini-vllm', import.meta.url).pathname);
  const pin = { project: 'vllm', name: 'x', commit: 'c'.repeat(40), arch: '12.1a' } as const;

  it('takes what the user names, then what the pin names, and judges nothing for it', async () => {
    const blind = new MemoryTree({});
    expect(await buildFor({ project: 'vllm', pin, tree: blind }, { arch: '12.0f' })).toEqual({
      build: { cuda: '13.0', arch: '12.0f' },
    });
    expect(await buildFor({ project: 'vllm', pin, tree: blind })).toEqual({
      build: { cuda: '13.0', arch: '12.1a' },
    });
  });

  it.each([undefined, 'auto'])('chooses the arch that takes fewest edits (%s)', async (arch) => {
    const { build, chosen } = await buildFor(
      { project: 'vllm', pin: arch === undefined ? undefined : pin, tree: mini },
      { arch },
    );
    expect(chosen).toMatch(/\S/);
    const vllm = CODEMODS.filter(({ project }) => project === 'vllm');
    const counts = new Map<string, number>();
    for (const choice of CHOICES) {
      const outcomes = await judgeTree(mini, vllm, { cuda: '13.0', arch: choice }, {}, { effects: true });
      const sites = outcomes
        .filter(({ verdict, effect }) => verdict === 'needed' && effect?.kind !== 'none')
        .flatMap((outcome) => outcome.sites.filter(({ state }) => state === 'wrong'));
      counts.set(choice, sites.length);
    }
    expect(counts.get(build.arch)).toBe(Math.min(...counts.values()));
  });
});
