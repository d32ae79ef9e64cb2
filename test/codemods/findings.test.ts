import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/**
 * What was found wrong in the judges of 0.1.0, read against upstream and its forks, and what holds each now:
 * cases below `fixtures/`, and tests by file and title. On 0.1.0 every one of the cases gives another verdict
 * or another reason, but for that of V3, which takes upstream's whole file; and what the tests ask for was not so.
 */
interface Held {
  readonly said: string;
  readonly cases?: readonly string[];
  readonly tests?: readonly (readonly [file: string, title: string])[];
}

const EFFECTS = 'test/codemods/vllm/effects.test.ts';
const UPSTREAM = ['test/upstream/findings.upstream.ts', 'what 0.1.0 said wrongly of upstream'] as const;
const REASONS = ['test/upstream/reasons.upstream.ts', 'says of every commit what its tree holds'] as const;

const FINDINGS: Readonly<Record<string, Held>> = {
  W1: {
    said: 'an arch list leaves ENABLE_…_SM100 set, and its kernels are not built',
    cases: [
      'vllm/cuda-arch-lists/sm100-list-with-12',
      'vllm/cuda-arch-lists/sm100-list-native',
      'vllm/cuda-arch-lists/sm100-list-in-a-variable',
    ],
    tests: [['test/upstream/flags.upstream.ts', 'sets no flag of kernels that are in no group']],
  },
  W2: {
    said: 'doctor: it is right that no arch list is set',
    tests: [['test/doctor/checks.test.ts', 'does not call it right that no list is set']],
  },
  W3: { said: "a fork's own tuning file is ours", cases: ['vllm/gb10-moe-config/same-figures'] },
  W4: { said: 'there is no tuning file, beside two', cases: ['vllm/gb10-moe-config/only-block-scaled'] },
  W5: { said: 'a unit without a kernel needs the conversion', tests: [[EFFECTS, '(W5)']] },
  W6: {
    said: 'a bound for later families matters on GB10',
    cases: ['vllm/capability-routing/only-dispatch-left'],
    tests: [[EFFECTS, '(W6)']],
  },
  W7: {
    said: 'a tree that is no vLLM is judged',
    tests: [
      ['test/judge/recognise.test.ts', 'declines for %s a tree of %j'],
      ['test/judge/recognise.test.ts', 'ends a command with 3, and judges nothing'],
    ],
  },
  W8: {
    said: "a fork's own kernel for 12.1 is taken for SM120's",
    cases: ['vllm/capability-routing/own-kernel-for-121'],
  },
  W9: {
    said: 'FlashMLA opened for SM12x draws no warning',
    tests: [['test/codemods/refusals.test.ts', 'FlashMLA with %s']],
  },
  F1: { said: 'parentheses around a call: drifted', cases: ['vllm/integrated-memory/width-60'] },
  F2: { said: 'parentheses around flags: drifted', cases: ['flashinfer/gemm-gdc-flag/width-60'] },
  F3: {
    said: 'a version list on the line of its if: drifted',
    cases: ['flashinfer/sm121-dispatch/width-140'],
  },
  V1: { said: 'the flag of a parameter: drifted', cases: ['vllm/nvfp4-emulation/flag-through-a-parameter'] },
  V2: { said: 'nobody calls the emulation: drifted', cases: ['vllm/nvfp4-emulation/never-called'] },
  V3: {
    said: 'a head split by #if: drifted',
    cases: ['vllm/software-e2m1/split-head'],
    tests: [UPSTREAM],
  },
  V4: { said: 'no FP4 kernel is built, and the fix has an effect', tests: [[EFFECTS, '(V4)']] },
  R1: {
    said: 'this revision has no Qwen3-Next, beside its files',
    cases: [
      'vllm/qwen3-next-prefix/names-alone',
      'vllm/qwen3-next-fused-shards/names-alone',
      'vllm/mtp-fc-unquantized/fc-of-no-name',
    ],
    tests: [REASONS],
  },
  R2: {
    said: 'has no NVFP4 emulation, beside one',
    cases: ['vllm/nvfp4-emulation/method'],
    tests: [REASONS],
  },
  R3: {
    said: 'there is no tuning file, beside two',
    cases: ['vllm/gb10-moe-config/only-block-scaled'],
    tests: [REASONS],
  },
  R4: {
    said: 'every NVFP4 source is built, where none is',
    cases: ['vllm/nvfp4-kernel-list/complete-list'],
    tests: [REASONS],
  },
  D1: { said: 'the list as an argument: drifted', cases: ['vllm/mtp-exclusion/list-as-an-argument'] },
  D2: {
    said: 'a known bug without an edit: drifted',
    cases: ['vllm/attention-sinks-sm12x/open-without-prefill'],
  },
  'FlashInfer 1': { said: 'a try in the JIT: drifted', cases: ['flashinfer/jit-arch-suffix/asked-in-a-try'] },
  'FlashInfer 2': { said: 'sm_121f: drifted', cases: ['flashinfer/jit-arch-suffix/own-family-target'] },
};

describe('what was found wrong in 0.1.0', () => {
  it.each(Object.entries(FINDINGS))('%s is held', (_, { cases = [], tests = [] }) => {
    expect(cases.length + tests.length).toBeGreaterThan(0);
    const gone = cases.filter(
      (name) => !existsSync(`fixtures/${name}.case`) && !existsSync(`fixtures/${name}`),
    );
    expect(gone).toEqual([]);
    for (const [file, title] of tests) expect(readFileSync(file, 'utf8'), file).toContain(title);
  });
});
