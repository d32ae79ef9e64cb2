/**
 * The NVFP4 attention is offered to 12.1, and compiled for it.
 *
 * Shapes of its five gates: two decorators, a check in C++, the flags of the compilation, and the wheel's list:
 *  -   – v0.6.13                no such kernel
 *  N1  v0.6.14 – v0.6.15.post1  all five are for 12.0
 *  N2  v0.6.16 –                all five are for 12.0 and 12.1
 */
import { parts } from '../../_families/places.js';
import { compilations } from './flags.js';
import { aheadOfTime, checks, decorators, ID, MODULE } from './gates.js';

const KERNEL = /(?:^|\/)nvfp4_attention_sm120\.py$/;

export default parts({
  id: ID,
  project: 'flashinfer',
  title: 'The NVFP4 attention is offered to 12.1 and compiled for it',
  why: 'The NVFP4 attention runs on GB10, 1.5 to 2.4 times as fast as FA2 in BF16; its gates name 12.0 alone, so that GB10 is refused, and its module is compiled for sm_120a, which GB10 cannot load.',
  effect: { kind: 'stops', concerns: 'callers of nvfp4_attention_sm120 of FlashInfer (not vLLM)' },
  references: [
    {
      kind: 'commit',
      ref: '0f69698c7',
      date: '2026-07-13',
      note: 'upstream (#3897, first in v0.6.16), run and measured on GB10',
    },
    { kind: 'commit', ref: 'd8f1dcbdd', date: '2026-06-17', note: 'the kernel (#3640, first in v0.6.14)' },
  ],
  retire: 'when no pin is v0.6.14, v0.6.15 or a post release of them',
  upstreamStatus: 'Backport [0f69698c7]',

  parts: [
    { language: 'python', paths: KERNEL, content: /\bdef nvfp4_attention_sm120_/, look: decorators },
    { language: 'python', paths: KERNEL, content: new RegExp(`\\bdef ${MODULE}\\b`), look: compilations },
    {
      language: 'python',
      paths: /(?:^|\/)aot\.py$/,
      content: new RegExp(`\\b${MODULE}\\b`),
      look: aheadOfTime,
    },
    {
      language: 'cuda',
      paths: /(?:^|\/)nvfp4_attention_sm120\w*\.cu$/,
      content: /\bnvfp4_attention_sm120\b[\s\S]*\.major\b/,
      look: checks,
    },
  ],
  expected: 5,
  absent: 'this revision has no NVFP4 attention',
  reason: {
    wrong: 'the NVFP4 attention is offered to 12.0 alone, or compiled for it alone',
    right: 'the NVFP4 attention is offered to 12.0 and 12.1, and compiled for the device',
  },
});
