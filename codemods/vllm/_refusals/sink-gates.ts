import type { Refusal } from '../../../src/api.js';
import { SINKS_HARM, sinkGates } from '../_shared/sinks.js';

export const sinkGatesOpened: Refusal = {
  id: 'vllm/sink-gates',
  project: 'vllm',
  title: 'attention sinks admitted on SM12x without a prefill that knows them',
  why: `gpt-oss then runs, and answers wrong: ${SINKS_HARM}.`,
  instead: 'choose TRITON_ATTN for gpt-oss, or move to a tree with b652dedd0c (2026-08-13)',
  references: [
    { kind: 'commit', ref: '1d2d83a07f', date: '2026-08-12', note: 'opens the gate (#49718)' },
    { kind: 'commit', ref: 'b652dedd0c', date: '2026-08-13', note: 'adds the prefill (#52148)' },
  ],
  async detect(context) {
    const gates = await sinkGates(context);
    return gates
      .filter(({ open, prefill }) => open && prefill === false)
      .map(({ file: { path }, gate }) => ({ path, offset: gate.startIndex }));
  },
};
