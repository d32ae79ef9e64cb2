import { ancestor, functionsNamed, nameOf, type Refusal, searchParsed } from '../../../src/api.js';
import { admitsGB10 } from './opened.js';

/** Backends whose kernels exist for SM90 and SM100 only. */
const BACKEND = /^(?:FlashMLA|CutlassMLA)\w*Backend$/;

export const mlaGates: Refusal = {
  id: 'vllm/mla-gates',
  project: 'vllm',
  title: 'FlashMLA or CUTLASS MLA opened to SM12x',
  why: 'FlashMLA has kernels for SM90 and SM100, CUTLASS MLA for SM100: with the gate opened a model on GB10 chooses them, and stops at the first kernel that is not there.',
  instead: 'choose TRITON_MLA, or FLASHINFER_MLA_SPARSE_SM120 where the tree has it: --attention-backend',
  references: [
    {
      kind: 'pull-request',
      ref: '#46055',
      date: '2026-06-18',
      note: 'opens the gate, and shows only that it is open',
    },
    { kind: 'issue', ref: '#45317', note: 'asks for it' },
  ],
  async detect(context) {
    const paths = /^vllm\/.*mla[^/]*\.py$/;
    const documents = await searchParsed(context, 'python', paths, /def supports_compute_capability\b/);
    return documents.flatMap(({ root, file: { path, text } }) =>
      functionsNamed(root, 'supports_compute_capability', text)
        .filter((fn) => {
          const owner = ancestor(fn, 'class_definition');
          return owner !== undefined && BACKEND.test(nameOf(owner, text)) && admitsGB10(fn, text);
        })
        .map(({ startIndex }) => ({ path, offset: startIndex })),
    );
  },
};
