import { type Refusal, search } from '../../../src/api.js';

export const nativeSm121Kernels: Refusal = {
  id: 'vllm/native-sm121-kernels',
  project: 'vllm',
  title: 'Kernels of their own for SM121',
  why: 'The scaled_mm and grouped_mm files that go round for SM121 instantiate SM100 tags (tcgen05, which no SM12x has) or call the SM100 functions: they trap, do not link, or are in no build target.',
  instead: 'upstream’s SM120 kernels with the family guard do their work: vllm/capability-routing',
  references: [
    { kind: 'commit', ref: 'bc32444b2', date: '2026-02-06', note: 'SM120 kernels for the whole family' },
    {
      kind: 'issue',
      ref: 'NVIDIA/dgx-spark-playbooks#22',
      note: 'SM121 has no tcgen05, TMEM or TMA multicast',
    },
  ],
  async detect(context) {
    const files = await search(
      context,
      /^csrc\/.*(?:sm121|gb10)[^/]*\.cuh?$/i,
      /\barch::Sm100\b|_sm1(?:00|21)\b/,
    );
    return files.map(({ path }) => ({ path, offset: 0 }));
  },
};
