import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newsOf, problemsOf, readWholeProof, type WholeProof } from '../../src/report/proof-check.js';
import { hashOf } from '../../src/verify/proof.js';
import { embeddedReview } from '../support/reviews.js';
import { ROOT } from '../support/sources.js';

const review = await embeddedReview();
const edited = review.edited.map(({ path, after }) => ({ path, text: after }));

const good: WholeProof = {
  formatVersion: 1,
  target: review.target,
  build: review.build,
  archs: ['12.1a'],
  key: { tree: hashOf(review.target.commit, edited), tool: '0.1.0', compiler: '13.0.88' },
  date: '2026-03-01T10:00:00Z',
  machine: { processor: 'Cortex-X925', device: 'NVIDIA GB10' },
  state: 'passed',
  rungs: [
    { stage: 'parse', state: 'passed', seconds: 1, checks: [{ what: 'a.cu', state: 'passed' }] },
    { stage: 'gpu', state: 'passed', seconds: 1, checks: [{ what: 'device', state: 'passed' }] },
  ],
};
const withCheck = (detail: string): WholeProof => ({
  ...good,
  rungs: [{ stage: 'parse', state: 'passed', seconds: 1, checks: [{ what: 'x', state: 'passed', detail }] }],
});

describe('a proof of another machine', () => {
  it('is taken where it is about this tree', () => {
    expect(readWholeProof(JSON.stringify(good))).toEqual(good);
    expect(problemsOf(good, review)).toEqual([]);
  });

  it.each([
    ['a path', withCheck('compiled in /home/ada/vllm/x.cu'), 'a path: /home/ada/vllm/x.cu'],
    ['a serial number', withCheck('GPU-0a1b2c3d-1234-5678-9abc-def012345678'), 'serial number'],
    ['an address', withCheck('from ada@spark.example.com'), 'an address'],
    ['a network address', withCheck('over 192.168.100.10'), 'a network address'],
    [
      'another tree',
      { ...good, key: { ...good.key, tree: '0'.repeat(64) } },
      'not the one that these fixes make',
    ],
    [
      'a rung that says more than its checks',
      { ...good, rungs: [{ ...good.rungs[0]!, checks: [{ what: 'a', state: 'failed' as const }] }] },
      'the rung parse says passed',
    ],
    [
      'a whole that says more than its rungs',
      { ...good, rungs: [{ stage: 'gpu' as const, state: 'not run' as const, seconds: 0, checks: [] }] },
      'it says passed',
    ],
  ])('is refused with %s', (_what, proof, problem) => {
    expect(problemsOf(proof, review)).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
  });

  it.each(['{}', '[]', JSON.stringify({ ...good, rungs: [] }), JSON.stringify({ ...good, date: 'today' })])(
    'is none: %s',
    (text) => {
      expect(() => readWholeProof(text)).toThrow(/: /);
    },
  );

  it('says what is new in it', () => {
    const other = { ...good, machine: { processor: 'x', device: 'NVIDIA H200' } };
    expect(newsOf(good, [other])).toEqual([
      'the first on NVIDIA GB10',
      'parse passed on NVIDIA GB10',
      'gpu passed on NVIDIA GB10',
    ]);
    expect(newsOf(good, [])).toContain('the first of vllm@mini');
    expect(newsOf(good, [good])).toEqual([]);
    const failed = { ...good, rungs: [good.rungs[0]!, { ...good.rungs[1]!, state: 'failed' as const }] };
    expect(newsOf(failed, [good])).toEqual(['gpu failed, and was passed']);
  });

  it.each(['vllm-v0.20.0.json', 'vllm-3b30e6150777.json'])('of ours, %s, holds nothing private', (name) => {
    const proof = readWholeProof(readFileSync(join(ROOT, 'proofs', name), 'utf8'));
    expect(problemsOf(proof, review).filter((problem) => problem.includes(' holds '))).toEqual([]);
  });
});
