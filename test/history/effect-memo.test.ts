import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/codemod/types.js';
import { withKnownEffects } from '../../src/history/effect-memo.js';
import { Historian } from '../../src/history/historian.js';
import { Store } from '../../src/history/store.js';
import { codemodOf, MemoryTree } from '../support/memory.js';

const codemod = codemodOf('vllm/some', { judge: async () => ({ absent: '' }), rewrite: () => [] });
const outcome = (verdict: Outcome['verdict'], line = 1): Outcome => ({
  codemod,
  verdict,
  reason: '',
  sites: [{ path: 'a.py', line, offset: 0, state: 'wrong', what: 'a' }],
  evidence: [],
  edits: [],
});
const EFFECT = { kind: 'none', because: 'nothing of it is built' } as const;

/** Asks once a call, and counts. */
class Asking {
  asked = 0;
  readonly log = new Store(undefined).log('effects');

  async of(commit: string, outcomes: readonly Outcome[]): Promise<readonly Outcome[]> {
    return withKnownEffects(await this.log, commit, outcomes, async () => {
      this.asked += 1;
      return outcomes.map((one) => (one.verdict === 'needed' ? { ...one, effect: EFFECT } : one));
    });
  }
}

describe('withKnownEffects', () => {
  it('asks once, and says the same again', async () => {
    const asking = new Asking();
    const outcomes = [outcome('needed'), outcome('upstreamed')];
    const first = await asking.of('c1', outcomes);
    expect(await asking.of('c1', outcomes)).toEqual(first);
    expect(first.map(({ effect }) => effect)).toEqual([EFFECT, undefined]);
    expect(asking.asked).toBe(1);
  });

  it.each([
    ['another commit', 'c2', outcome('needed')],
    ['another verdict', 'c1', outcome('drifted')],
    ['another site', 'c1', outcome('needed', 2)],
  ])('asks again for %s', async (_, commit, other) => {
    const asking = new Asking();
    await asking.of('c1', [outcome('needed')]);
    await asking.of(commit, [other]);
    expect(asking.asked).toBe(2);
  });

  it('keeps nothing of what failed', async () => {
    const log = await new Store(undefined).log('effects');
    const failing = () => Promise.reject(new Error('the disk is full'));
    await expect(withKnownEffects(log, 'c1', [outcome('needed')], failing)).rejects.toThrow('disk');
    expect(log.keys('')).toEqual([]);
  });
});

describe('Historian.check', () => {
  const treeOf = (commit: string, ...paths: string[]) =>
    Object.assign(new MemoryTree(Object.fromEntries(paths.map((path) => [path, '']))), { commit });

  it('looks into the tree of a commit once, and remembers no tree of another project', async () => {
    const historian = new Historian(new Store(undefined));
    const other = treeOf('c1', 'README.md');
    for (const _ of [1, 2]) {
      await expect(historian.check(other, 'vllm', 'x')).rejects.toMatchObject({ kind: 'unavailable' });
    }
    await historian.check(treeOf('c2', 'vllm/version.py'), 'vllm', 'x');
    const gone = Object.assign(treeOf('c2'), { paths: () => Promise.reject(new Error('asked again')) });
    await expect(historian.check(gone, 'vllm', 'x')).resolves.toBeUndefined();
    await expect(historian.check(gone, 'flashinfer', 'x')).rejects.toThrow('asked again');
    await historian.close();
  });
});
