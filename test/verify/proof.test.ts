import { describe, expect, it } from 'vitest';
import { proofOf, staleness, treeHash } from '../../src/verify/proof.js';
import { readPtx } from '../../src/verify/ptx.js';
import { NotRun, settle } from '../../src/verify/rung.js';
import { mapTree } from '../support/map-tree.js';
import { subjectOf } from '../support/subject.js';

const KEY = { tree: 'a', tool: '1', compiler: '13.0.88' };

describe('a proof', () => {
  it('goes stale with the tree, the tool and the compiler, and with nothing else', () => {
    expect(staleness({ key: KEY }, { ...KEY })).toBeUndefined();
    for (const name of ['tree', 'tool', 'compiler'] as const) {
      expect(staleness({ key: KEY }, { ...KEY, [name]: 'other' })).toBeTypeOf('string');
    }
  });

  it('hashes the commit and the edited files, and no other file', async () => {
    const hash = (files: Record<string, string>, commit = 'c') =>
      treeHash(subjectOf(mapTree(files), { edited: ['a', 'b'], commit }));
    const first = await hash({ a: '1', b: '2', c: '3' });
    expect(await hash({ a: '1', b: '2', c: '4' })).toBe(first);
    expect(await hash({ a: '1', b: '3', c: '3' })).not.toBe(first);
    expect(await hash({ a: '1', b: '2', c: '3' }, 'd')).not.toBe(first);
  });

  it('failed where a rung did, and passed only where one ran', () => {
    const subject = subjectOf(mapTree({}));
    const of = (...rungs: ReturnType<typeof settle>[]) => proofOf(subject, [], KEY, rungs, new Date(0)).state;
    const passed = settle('parse', [{ what: 'x', state: 'passed' }], 0);
    const failed = settle(
      'judge',
      [
        { what: 'x', state: 'failed', detail: 'y' },
        { what: 'z', state: 'passed' },
      ],
      0,
    );
    const idle = settle('gpu', new NotRun('no device'), 0);
    expect(of(passed, idle)).toBe('passed');
    expect(of(passed, failed)).toBe('failed');
    expect(of(idle)).toBe('not run');
    expect(failed.reason).toBe('x: y');
  });
});

describe('PTX', () => {
  it('is counted for each kernel, and what a called function does counts for its callers', () => {
    const ptx = [
      '.version 9.0',
      '.func helper(',
      ')',
      '{',
      '\tcvt.rn.satfinite.e2m1x2.f32 b, %f1, %f2;',
      '}',
      '.visible .entry good(',
      ')',
      '{',
      '\tmma.sync.aligned.kind::mxf4nvf4.block_scale.m16n8k64 {%r1}, {%r2};',
      '\tst.global.u32 [%rd1], %r1;',
      '}',
      '.weak .entry stub(',
      ')',
      '{',
      '\ttrap;',
      '}',
      '',
    ].join('\n');
    const [good, stub] = readPtx(ptx);
    expect(good).toMatchObject({ name: 'good', fp4Mma: 1, mma: 1, stores: 1, traps: 0, conversions: 1 });
    expect(stub).toMatchObject({ name: 'stub', fp4Mma: 0, traps: 1, stores: 0 });
  });
});
