import type { Gap } from '../src/api.js';

/** What is known and has no edit here. `list` and `explain` show it, so that nobody looks for it in vain. */
export const GAPS: readonly Gap[] = [
  {
    id: 'vllm/uma-profiling-assert',
    project: 'vllm',
    title: 'A start during which the host frees memory ends in an assertion',
    breaks:
      'On GB10 free memory is what the whole host can make available. Where another process ends while vLLM profiles, more is free than before, and "Initial free memory …, current free memory …" ends the start. Every release up to 017e9f4448 (2026-08-17).',
    why: 'The assertion guards the budget of the KV cache: without it, what others have freed is handed out and may be taken back, which can hang the host. An edit would have to count it out as well, in code that upstream wrote anew between 2026-07-15 and 2026-08-01, and upstream has merged none that says how.',
    instead:
      'start again while nothing else on the host starts or ends, or give the size yourself: --kv-cache-memory-bytes (v0.10.2 and later) returns before the assertion',
    references: [
      { kind: 'issue', ref: 'vllm#56830', note: 'on GB10, with vLLM 0.27.1' },
      { kind: 'pull-request', ref: 'vllm#45534', note: 'an environment variable against it; open' },
      { kind: 'issue', ref: 'vllm#46307', note: 'a host that hangs where too much is handed out; open' },
    ],
  },
  {
    id: 'flashinfer/moe-small-tile-n',
    project: 'flashinfer',
    title: 'Narrow tiles for the decode of a MoE on SM12x',
    breaks:
      'Up to FlashInfer v0.6.10 the CUTLASS MoE and FP4 GEMMs for SM12x have tiles of 128 columns and more: the few rows of a decode step are padded to them. Nothing fails; upstream measured 1.13 to 1.27 times the throughput on a DGX Spark with tiles of 32 and 64.',
    why: 'It is no edit in a place: the tiles need a CUTLASS that has them (b46b16d00, first in v4.5.0), and configurations, dispatch and generators of FlashInfer around them.',
    instead:
      'take FlashInfer v0.6.11 or later, which has them with its own CUTLASS; vLLM pins that since before 2026-06-01 (v0.21.0rc2 pins 0.6.8.post1)',
    references: [
      {
        kind: 'commit',
        ref: 'a11ce269d',
        date: '2026-05-05',
        note: 'the tiles in mm_fp4 and the CUTLASS MoE (flashinfer#3152, first in v0.6.11), measured on a DGX Spark',
      },
      {
        kind: 'commit',
        ref: 'b46b16d00',
        date: '2026-04-21',
        note: 'the kernels, in CUTLASS (#3176, v4.5.0)',
      },
    ],
  },
  {
    id: 'flashinfer/moe-utils-arch',
    project: 'flashinfer',
    title: 'The CuTe DSL MoE is not built for SM12x',
    breaks:
      'From v0.6.7 on (6f0928c17) moe_utils, which the CuTe DSL MoE sorts its tokens with, is compiled for major version 10 alone: on GB10 that backend stops.',
    why: 'Contested: a maintainer says that the CuTe DSL MoE does not run on a Spark, whatever its helpers are built for, and the file holds kernels that are launched as clusters.',
    instead: 'choose another MoE backend: the CUTLASS one, or b12x, which does not need moe_utils',
    references: [{ kind: 'pull-request', ref: 'flashinfer#5237', note: 'builds it for SM12x; open' }],
  },
];
