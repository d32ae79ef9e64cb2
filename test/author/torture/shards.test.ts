import { describe, expect, it } from 'vitest';
import { addRows, mergeShards, type Shard } from '../../../src/author/torture/shards.js';
import type { Row } from '../../../src/author/torture/tally.js';
import { proofMarkdown } from '../../../src/report/torture-proof.js';

const counts = (right: number, silent = 0) => ({ right, left: 0, drifted: 0, silent, wrong: 0 });
const row = (id: string, right: number, silent = 0): Row => ({
  id,
  all: counts(right, silent),
  kinds: { layout: counts(right, silent) },
});

const shard = (part: number, more: Partial<Shard> = {}): Shard => ({
  formatVersion: 1,
  part,
  of: 2,
  seed: 7,
  count: 100,
  places: { cases: '', 'vllm@v1': 'abcdefabcdefabcdef' },
  rows: { cases: [row('vllm/a', part)], 'vllm@v1': [row('vllm/a', 10), row('vllm/b', 5, part - 1)] },
  faults: [],
  untouched: ['vllm/c', `vllm/d${part}`],
  ...more,
});

describe('parts of a torture run', () => {
  it('are counted together, each once', () => {
    const whole = mergeShards([shard(2), shard(1)]);
    expect(whole.rows.cases).toEqual([row('vllm/a', 3)]);
    expect(whole.rows['vllm@v1']).toEqual([row('vllm/a', 20), row('vllm/b', 10, 1)]);
    expect(whole.untouched).toEqual(['vllm/c']);
    expect(addRows(Object.values(whole.rows).flat()).map(({ all }) => all.right)).toEqual([23, 10]);
  });

  it('are refused where one is missing, is there twice, or is of another run', () => {
    expect(() => mergeShards([shard(1)])).toThrow('parts 1 are not the 2 that there are');
    expect(() => mergeShards([shard(1), shard(1)])).toThrow('parts 1, 1 are not');
    expect(() => mergeShards([shard(1), shard(2, { seed: 8 })])).toThrow('part 2 is of another run');
    expect(() => mergeShards([])).toThrow('no part was given');
  });

  it('make a page of what was counted, and of how to repeat it', () => {
    const page = proofMarkdown(mergeShards([shard(1), shard(2)]), '2026-01-02');
    expect(page).toContain('34 mutants on 2026-01-02: 1 silent, 0 wrong, 97.1 % right or left alone.');
    expect(page).toContain('| `vllm/b` | 11 | 10 | 0 | 0 | 1 | 0 | 90.9 % |');
    expect(page).toContain('| vllm@v1 (abcdefabcdef) | 31 |');
    expect(page).toContain('--count 100 --seed 7 --shard PART/2 --target vllm@v1 --cases --out PART.json');
    expect(page).toContain('Nothing to mutate: vllm/c.');
  });
});
