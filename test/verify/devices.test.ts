import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import type { RungResult } from '../../src/verify/rung.js';
import { fixFixture, fixtureTree } from '../support/judge-files.js';
import { mapTree } from '../support/map-tree.js';
import { hasPython } from '../support/python.js';
import { climbOne, failedOf, subjectOf } from '../support/subject.js';

/** A case that needs the fix, and what is told of it before: all of that must be right after. */
const CASES: readonly [id: string, name: string, wrong: Record<string, RegExp>][] = [
  ['vllm/cooperative-topk', 'from-90-on', { 'cooperative top-k': /12\.1: True/ }],
  [
    'vllm/fla-hopper-gate',
    'both-names',
    { is_nvidia_hopper: /10\.0: True, 12\.0: True, 12\.1: True/, is_tma_supported: /12\.1: True/ },
  ],
  ['vllm/gdn-prefill-sm12x', 'triton', { 'prefill, 128 a head': /10\.0: flashinfer, .*12\.1: triton/ }],
  ['vllm/nvml-total-memory', 'asked', { 'total memory': /12\.1: refused: NotSupported/ }],
  ['vllm/uma-weight-release', 'kept', { 'caches freed, host full': /12\.1: 0/ }],
  ['vllm/indexer-length-floor', 'negative', { 'length of a padded slot': /12\.1: \[-1\]/ }],
  ['vllm/block-fp8-shape-gate', 'chosen-by-class', { 'CUTLASS for 576 rows': /12\.0: True, 12\.1: True/ }],
  ['vllm/block-fp8-shape-gate', 'chosen-by-method', { 'CUTLASS for 576 rows': /12\.0: True, 12\.1: True/ }],
  ['flashinfer/bmm-fp8-cudnn', 'everywhere', { 'cuDNN for FP8': /10\.0: True, 12\.0: True, 12\.1: True/ }],
  ['flashinfer/cutlass-fmha-gate', 'open', { 'CUTLASS FMHA': /10\.0: True, 12\.0: True, 12\.1: True/ }],
  [
    'flashinfer/nvfp4-attention-sm121',
    'for-one-device',
    {
      nvfp4_attention_sm120_fwd: /12\.0: True, 12\.1: False/,
      nvfp4_attention_sm120_quantize_qkv: /12\.0: True, 12\.1: False/,
      'compiled for': /12\.1: sm_120a/,
    },
  ],
  ['flashinfer/gdn-sm121-arch', 'one-kernel', { GPUArch: /12\.1: sm_120a/, needs: /12\.1: False/ }],
  ['flashinfer/gdn-wy-decode', 'experimental', { decorator: /12\.1: experimental/ }],
  ['flashinfer/b12x-stage-clamp', 'one-pipeline-counted', { 'stages of a gated MoE': /12\.1: False/ }],
  [
    'cutlass/cute-dsl-sm121',
    'compared-with-120a',
    { 'block-scaled MMA': /12\.0: True, 12\.1: False/, 'shared memory': /12\.1: None/ },
  ],
];

/** Failures of what is asked on devices: a miniature without its imports need not load. */
const wrongOf = (result: RungResult) =>
  Object.fromEntries(Object.entries(failedOf(result)).filter(([what]) => what.includes(': ')));

const prove = (files: Record<string, string>) =>
  climbOne(subjectOf(mapTree(files), { edited: Object.keys(files) }), 'python');

describe.skipIf(!hasPython)('fixes run for 9.0, 10.0, 12.0 and 12.1 (skipped without python3)', () => {
  it.each(CASES)('%s: %s is wrong before, and right after', async (id, name, wrong) => {
    const codemod = CODEMODS.find((one) => one.id === id)!;
    const after = [...(await fixFixture(codemod, name))].filter(([path]) => path.endsWith('.py'));
    const tree = fixtureTree(id, name);
    const before = await Promise.all(
      after.map(async ([path]) => [path, (await tree.read(path))!.text] as const),
    );
    const failed = wrongOf(await prove(Object.fromEntries(before)));
    for (const [about, told] of Object.entries(wrong)) {
      const details = Object.entries(failed).filter(([what]) => what.includes(about));
      expect(details.length, about).toBeGreaterThan(0);
      for (const [, detail] of details) expect(detail).toMatch(told);
    }
    expect(
      Object.keys(failed).every((what) => Object.keys(wrong).some((about) => what.includes(about))),
    ).toBe(true);
    const result = await prove(Object.fromEntries(after));
    expect(wrongOf(result)).toEqual({});
    const passed = result.checks.filter(({ state }) => state === 'passed');
    for (const about of Object.keys(wrong)) {
      // A decorator that is plain is not asked about any more.
      if (about !== 'decorator')
        expect(
          passed.some(({ what }) => what.includes(about)),
          about,
        ).toBe(true);
    }
  });
});

describe.skipIf(!hasPython)('a file that is run by itself (skipped without python3)', () => {
  it('has what typing_extensions gives, and a loader’s question is not asked of methods of its name', async () => {
    const text = [
      'from typing import Callable, TypeVar',
      'from typing_extensions import ParamSpec, a_later_name',
      'P, R = ParamSpec("P"), TypeVar("R")',
      '',
      'def wrapped(fn: Callable[P, R]) -> Callable[P, R]:',
      '    return fn',
      '',
      'class Method:',
      '    def process_weights_after_loading(self, layer):',
      '        layer.weight = None',
      '',
    ].join('\n');
    const { state, checks } = await prove({ 'vllm/method.py': text });
    expect([state, checks.map((check) => [check.what, check.state])]).toEqual([
      'passed',
      [['vllm/method.py', 'passed']],
    ]);
  });
});
