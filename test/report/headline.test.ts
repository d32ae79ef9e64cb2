import { describe, expect, it } from 'vitest';
import type { Effect } from '../../src/codemod/effect.js';
import type { Outcome } from '../../src/codemod/types.js';
import type { Verdict } from '../../src/codemod/verdict.js';
import { grouped } from '../../src/report/effects.js';
import { headline } from '../../src/report/headline.js';
import { statusText } from '../../src/report/status-text.js';
import { codemodOf } from '../support/memory.js';

const outcome = (id: string, verdict: Verdict, effect?: Effect): Outcome => ({
  codemod: codemodOf(id, { judge: async () => ({ absent: 'a test' }), rewrite: () => [] }),
  verdict,
  reason: 'a reason',
  sites: ['wrong', 'right', 'right'].map((state, index) => ({
    path: 'a/b.cu',
    offset: index,
    line: index + 1,
    state: verdict === 'needed' ? (state as 'wrong' | 'right') : 'right',
    what: 'something',
  })),
  evidence: [],
  edits: [],
  ...(effect ? { effect } : {}),
});

const judged = (...outcomes: Outcome[]) => ({
  target: { project: 'vllm', revision: 'v1', commit: 'c'.repeat(40) },
  build: { cuda: '13.0', arch: '12.0f' },
  outcomes,
});

const mla = outcome('mla', 'needed', { kind: 'stops', concerns: 'MLA models with an FP8 KV cache' });
const wrong = outcome('wrong', 'needed', { kind: 'wrong', concerns: 'gpt-oss' });
const third = outcome('third', 'needed', { kind: 'wrong', concerns: 'Qwen3-Next' });
const slow = outcome('slow', 'needed', { kind: 'slow' });
const none = outcome('none', 'needed', { kind: 'none', because: 'nothing is built' });
const all = outcome('all', 'needed', { kind: 'stops' });
const drifted = outcome('drifted', 'drifted', { kind: 'stops' });
const right = outcome('right', 'upstreamed');

describe('headline', () => {
  it.each([
    [
      [mla, slow, none, none, right],
      'nothing here stops a GB10 build at 12.0f; 1 fix matters for MLA models with an FP8 KV cache; 1 is speed; 2 have no effect at this build',
    ],
    [[right], 'nothing here is needed for a GB10 build at 12.0f'],
    [[none], 'nothing here stops a GB10 build at 12.0f; 1 has no effect at this build'],
    [[all, right], '1 fix without which a GB10 build at 12.0f does not work'],
    [
      [mla, wrong],
      'nothing here stops a GB10 build at 12.0f; 2 fixes matter for MLA models with an FP8 KV cache and for gpt-oss',
    ],
    [
      [mla, wrong, third, slow, slow],
      'nothing here stops a GB10 build at 12.0f; 3 fixes matter for some models or settings, named below; 2 are speed',
    ],
    [[drifted, right], '1 fix cannot be judged or done; nothing else here stops a GB10 build at 12.0f'],
  ])('%#', (outcomes, words) => {
    expect(headline(judged(...outcomes))).toBe(words);
  });

  it('is not made up where effects were not asked for', () => {
    expect(headline(judged(outcome('x', 'needed'), right))).toBeUndefined();
  });
});

it('puts every outcome into one group, the worst first', () => {
  const outcomes = [
    right,
    none,
    slow,
    wrong,
    mla,
    drifted,
    outcome('absent', 'not-applicable'),
    outcome('old', 'needed'),
  ];
  const groups = grouped(outcomes);
  expect(groups.map(([group]) => group)).toEqual([
    'blocks',
    'stops',
    'wrong',
    'slow',
    'needed',
    'none',
    'right',
    'absent',
  ]);
  expect(groups.flatMap(([, own]) => own)).toHaveLength(outcomes.length);
});

describe('statusText', () => {
  const text = (verbose: boolean) =>
    statusText(judged(mla, right), false, { verbose, next: 'dgx-patch apply --target vllm@v1' });

  it('says how many sites are wrong of how many, where they are, and the whole next command', () => {
    expect(text(false)).toMatch(/^mla +needed +1 of 3 sites$/m);
    expect(text(false)).toContain('      a/b.cu:1  something\n');
    expect(text(false)).not.toContain('a/b.cu:2');
    expect(text(false)).toMatch(/\nnext: dgx-patch apply --target vllm@v1\n$/);
  });

  it('names every site with -v', () => {
    for (const line of [1, 2, 3]) expect(text(true)).toContain(`a/b.cu:${line} (`);
  });

  it('says why the arch was chosen where it was', () => {
    const said = statusText({ ...judged(right), chosen: 'it takes none' }, false);
    expect(said).toContain('arch 12.0f was chosen: it takes none');
  });
});
