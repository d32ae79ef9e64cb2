/**
 * The barrier of the multi-CTA top-k is reset by the last CTA that leaves.
 *
 * Shapes of the store of 0 to `arrival_counter`, in topk.cuh:
 *  -   – v0.5.3            no such kernel
 *  A1  v0.6.0 – v0.6.13    three kernels: the first CTA of the group resets, while others may still wait
 *  A2  v0.6.14 –           one function for all: who counts itself out last resets
 */
import { insertLines, mark, replace } from '../../../src/api.js';
import { places } from '../../_families/places.js';
import { LAST, stateOf, storesOf } from './judge.js';

const ID = 'flashinfer/topk-arrival-counter';

export default places({
  id: ID,
  project: 'flashinfer',
  title: 'The barrier of the multi-CTA top-k is reset by the last CTA that leaves',
  why: 'Under load the top-k and top-p sampler hangs for good on SM12x: the first CTA of a group zeroes the counter on which another one still waits. The GPU stands at 96 % and no token comes.',
  effect: { kind: 'stops', concerns: 'sampling with top-k or top-p by FlashInfer, under load' },
  references: [
    { kind: 'commit', ref: '49f2abfbd', date: '2026-06-16', note: 'upstream (#3615, first in v0.6.14)' },
    { kind: 'issue', ref: '#3610', date: '2026-06-12', note: 'the hang, with a dump of the counters' },
    { kind: 'issue', ref: 'vllm#49203', date: '2026-07-23', note: 'on GB10, in less than 4 minutes' },
  ],
  retire: 'when no pin is older than v0.6.14',
  upstreamStatus: 'Backport [49f2abfbd]',

  language: 'cuda',
  paths: /(?:^|\/)flashinfer\/(?:\w+\/)*topk\w*\.cuh$/,
  content: /\barrival_counter\b/,
  find: storesOf,
  judge: stateOf,
  edit(store, { file }) {
    const { counter, group, phase, thread, node, leader, told } = store;
    const lines = [
      `// ${mark(ID)}`,
      '// A CTA that left waits for nothing any more: the last one to count itself',
      '// out, and not the first of the group, may reset what the others waited on.',
      `__shared__ bool ${LAST};`,
      '__syncthreads();',
      `if (${thread} == 0) {`,
      '  __threadfence();',
      `  ${LAST} = atomicAdd(${counter}, 1) + 1 == (${phase} + 1) * static_cast<int>(${group});`,
      '  __threadfence();',
      '}',
      '__syncthreads();',
    ];
    const asks = replace(file, leader!, LAST);
    return told ? [asks] : [insertLines(file, node.startIndex, lines), asks];
  },
  absent: 'no top-k below include/flashinfer/ resets an arrival_counter: none has a barrier of several CTAs',
  reason: {
    wrong: 'the first CTA of a group resets the barrier while others may still wait on it',
    right: 'the last CTA that leaves resets the barrier',
  },
});
