import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Proof } from '../../src/judge/proved.js';
import { proofOf, readProofs } from '../../src/report/proofs.js';
import { embeddedReview } from '../support/reviews.js';
import { tempFolder } from '../support/temp.js';

const review = await embeddedReview();
const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');
const rows = review.edited.map(({ path, after }) => `${sha256(after)}  ${path}`);

const proof: Proof = {
  formatVersion: 1,
  target: review.target,
  build: review.build,
  key: { tree: sha256([review.target.commit, ...rows].join('\n')), tool: '1.0.0' },
  date: '2026-03-01T10:00:00Z',
  rungs: [{ stage: 'parse', state: 'passed' }],
};

describe('proofOf', () => {
  it('finds the proof that holds, before one that does not', () => {
    const other = { ...proof, key: { ...proof.key, tree: 'other' } };
    expect(proofOf(review, [other, proof, other], '1.0.0')).toEqual(proof);
  });

  it.each([
    [
      'another commit',
      { ...proof, target: { ...proof.target, commit: 'f'.repeat(40) } },
      /it is of commit ffff/,
    ],
    [
      'another build',
      { ...proof, build: { cuda: '13.0', arch: '12.0f' } },
      /it is for CUDA 13.0, arch 12.0f/,
    ],
    ['other edits', { ...proof, key: { ...proof.key, tree: 'other' } }, /the edits are other ones/],
    ['another version', { ...proof, key: { ...proof.key, tool: '0.9.0' } }, /dgx-patch 0.9.0 made it/],
  ])('is stale for %s', (_, given, why) => {
    expect(proofOf(review, [given], '1.0.0')!.stale).toMatch(why);
  });

  it('is nobody’s proof for another revision', () => {
    const given = { ...proof, target: { project: 'vllm', revision: 'v1', commit: 'f'.repeat(40) } };
    expect(proofOf(review, [given], '1.0.0')).toBeUndefined();
  });
});

describe('readProofs', () => {
  it('reads one proof or a list of them, and ignores what it does not show', async () => {
    const [one, list] = ['one', 'list'].map((name) => join(tempFolder(), `${name}.json`)) as [string, string];
    writeFileSync(one, JSON.stringify({ ...proof, machine: {} }));
    writeFileSync(list, JSON.stringify([proof, proof]));
    expect(await readProofs([one, list])).toEqual([proof, proof, proof]);
  });

  it('names a file that is no proof', async () => {
    const file = join(tempFolder(), 'x.json');
    writeFileSync(file, '{}');
    await expect(readProofs([file])).rejects.toThrow(`${file} is not a proof`);
  });
});
