import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import type { Effect } from '../../src/codemod/effect.js';
import { carriedOut, effectOf, isIdle } from '../../src/codemod/effect-of.js';
import { plan } from '../../src/codemod/plan.js';
import type { Codemod, Outcome } from '../../src/codemod/types.js';
import { VERDICTS } from '../../src/codemod/verdict.js';
import { Failure } from '../../src/failure.js';
import { TreeWorkbench } from '../../src/judge/workbench.js';
import { BUILD, MemoryTree, replacing } from '../support/memory.js';

const tree = new MemoryTree({ f: 'one two three' });
const effect: Effect = { kind: 'stops', concerns: 'some models' };

/** A fix with an effect, which at this build may be another one. */
const fix = (id: string, from: string, to: string, at?: Codemod['effectAt']): Codemod => ({
  ...replacing(id, 'f', from, to),
  effect,
  ...(at ? { effectAt: at } : {}),
});

async function asked(at: Codemod['effectAt'], verdict: Outcome['verdict'] = 'needed') {
  const workbench = new TreeWorkbench(tree, BUILD);
  const codemod = fix('a', 'one', '1', at);
  try {
    return await effectOf({ codemod, verdict, sites: [] }, workbench.context(codemod, []));
  } finally {
    workbench.dispose();
  }
}

describe('effectOf', () => {
  it('is what the fix declares, where it says nothing else of the build', async () => {
    expect(await asked(undefined)).toEqual(effect);
    expect(await asked(() => undefined)).toEqual(effect);
  });

  it('takes what is known of the build, and keeps the rest', async () => {
    expect(await asked(() => ({ kind: 'none', because: 'x' }))).toEqual({
      kind: 'none',
      concerns: 'some models',
      because: 'x',
    });
  });

  it.each(VERDICTS)('of %s: only what is wrong, or may be, has one', async (verdict) => {
    const open = ['needed', 'drifted', 'conflicting'].includes(verdict);
    expect(await asked(undefined, verdict)).toEqual(open ? effect : undefined);
  });

  it('never says "no effect" of a fix that was not judged to be needed', async () => {
    expect(await asked(() => ({ kind: 'none', because: 'x' }), 'drifted')).toEqual(effect);
  });

  it('falls back to what is declared where the question stops, but not where the machine fails', async () => {
    const throwing = (error: Error) => () => {
      throw error;
    };
    expect(await asked(throwing(new TypeError('x is undefined')))).toEqual(effect);
    await expect(asked(throwing(new Failure('unavailable', 'no cmake')))).rejects.toThrow('no cmake');
    const outOfMemory = new RangeError('Array buffer allocation failed');
    await expect(asked(throwing(outOfMemory))).rejects.toThrow('there is not enough memory');
  });
});

describe('plan with effects', () => {
  const idle = fix('idle', 'one', '1', () => ({ kind: 'none', because: 'nothing is built of it' }));

  const outcomesOf = async (codemods: readonly Codemod[], full: boolean) => {
    const workbench = new TreeWorkbench(tree, BUILD);
    try {
      return (await plan(codemods, workbench, undefined, { effects: true, full })).outcomes;
    } finally {
      workbench.dispose();
    }
  };

  it('says which outcomes are carried out', async () => {
    const outcomes = await outcomesOf([idle, fix('b', 'two', '2')], false);
    expect(outcomes.map(isIdle)).toEqual([true, false]);
    expect(carriedOut(outcomes, false).map(({ codemod }) => codemod.id)).toEqual(['b']);
    expect(carriedOut(outcomes, true)).toHaveLength(2);
  });

  /** Right only where the idle fix's edit is made as well. */
  const leaning: Codemod = {
    ...fix('leaning', 'two', '2'),
    async judge({ tree: own }) {
      const file = (await own.read('f'))!;
      const state = /1.*2/.test(file.text) ? 'ours' : 'wrong';
      const reason = { wrong: 'two is two', right: 'two is 2' };
      return { sites: [{ file, offset: 4, state, what: 'two' }], reason };
    },
    rewrite: () => [{ path: 'f', start: 4, end: 7, text: '2' }],
  };

  it('lets no fix lean on one that is left out', async () => {
    const verdicts = async (full: boolean) =>
      (await outcomesOf([idle, leaning], full)).map(({ verdict }) => verdict);
    expect(await verdicts(true)).toEqual(['needed', 'needed']);
    expect(await verdicts(false)).toEqual(['needed', 'drifted']);
  });
});

describe('the effect of every built-in fix', () => {
  it.each(CODEMODS.map((codemod) => [codemod.id, codemod] as const))('%s', (_, { effect: own }) => {
    expect(own).toBeDefined();
    if (own!.kind === 'none') expect(own!.because).toMatch(/\S/);
    // Whom it concerns stands after "matters for"; without anyone named it concerns everyone.
    if (own!.concerns !== undefined) {
      expect(own!.concerns.length).toBeLessThan(96);
      expect(own!.concerns).not.toMatch(/^\s|[.;,\s]$|\.\s|;/);
    }
  });
});
