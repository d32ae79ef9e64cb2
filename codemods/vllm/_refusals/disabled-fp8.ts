import {
  classes,
  type Document,
  descendants,
  field,
  nameOf,
  type Refusal,
  searchParsed,
  type Trace,
  textOf,
} from '../../../src/api.js';

/** GB10 by itself: a test for exactly 12.1. */
const EXACTLY_GB10 =
  /==\s*(?:121\b|\(\s*12\s*,\s*1\s*\))|is_device_capability\s*\(\s*(?:121|\(\s*12\s*,\s*1\s*\))\s*\)/;

function tracesIn({ root, file: { path, text } }: Document): Trace[] {
  return classes(root)
    .filter((cls) => /Cutlass\w*(?:FP8|Fp8|ScaledMM)/.test(nameOf(cls, text)))
    .flatMap((cls) => descendants(cls, 'if_statement'))
    .filter(
      (statement) =>
        EXACTLY_GB10.test(textOf(field(statement, 'condition')!, text)) &&
        /\breturn\s*\(?\s*False\b/.test(textOf(field(statement, 'consequence')!, text)),
    )
    .map(({ startIndex }) => ({ path, offset: startIndex }));
}

export const disabledFp8: Refusal = {
  id: 'vllm/disabled-fp8',
  project: 'vllm',
  title: 'CUTLASS FP8 switched off for 12.1',
  why: 'It hides a trap that comes from compiling the SM120 kernels for 12.1 with a guard for exactly 12.0, and leaves GB10 on the slower fallback for good.',
  instead:
    'vllm/capability-routing repairs the guard; VLLM_DISABLED_KERNELS=CutlassFP8ScaledMMLinearKernel switches it off without an edit',
  references: [
    { kind: 'commit', ref: '06d020bb6', date: '2026-05-15', note: 'the family guard (#35568)' },
    { kind: 'issue', ref: 'vllm#40758', note: '"This kernel only supports sm120" on GB10' },
  ],
  async detect(context) {
    const paths = /^vllm\/.*\/scaled_mm\/cutlass\.py$/;
    return (await searchParsed(context, 'python', paths, EXACTLY_GB10)).flatMap(tracesIn);
  },
};
