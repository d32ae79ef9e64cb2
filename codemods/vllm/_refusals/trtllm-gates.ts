import { functionsNamed, type Refusal, searchParsed } from '../../../src/api.js';
import { admitsGB10 } from './opened.js';

export const trtllmGates: Refusal = {
  id: 'vllm/trtllm-gates',
  project: 'vllm',
  title: 'trtllm-gen MoE opened to SM12x',
  why: 'trtllm-gen ships SM100 binaries only: on SM12x its kernels are not found, crash, or answer with noise.',
  instead: 'choose the CUTLASS, Marlin or b12x backend: --moe-backend',
  references: [
    { kind: 'issue', ref: 'NVIDIA/TensorRT-LLM#11997', note: '"sm120 is not supported"' },
    { kind: 'issue', ref: 'NVIDIA/TensorRT-LLM#8474', note: 'the same, open' },
  ],
  async detect(context) {
    const paths = /^vllm\/.*trtllm[^/]*moe[^/]*\.py$/;
    const documents = await searchParsed(context, 'python', paths, /_supports_current_device\b/);
    return documents.flatMap(({ root, file: { path, text } }) =>
      functionsNamed(root, /_supports_current_device$/, text)
        .filter((fn) => admitsGB10(fn, text))
        .map(({ startIndex }) => ({ path, offset: startIndex })),
    );
  },
};
