/** Gates of vLLM that must stay as they are on GB10. */
import type { Refusal } from '../../../src/api.js';
import { opened, refusedGate } from '../../_families/refused-gate.js';

export const flashInferMla: Refusal = refusedGate({
  id: 'vllm/flashinfer-mla-gate',
  project: 'vllm',
  title: 'FlashInfer MLA opened to SM12x',
  why: 'From aeeb36b1f1 (2026-07-30) on, vLLM hands the kernel a counter buffer that FlashInfer’s MLA for SM12x rejects: ValueError at the first decode. Before, it takes one query a step and gives no LSE.',
  instead: 'leave it closed: Triton MLA serves SM12x',
  references: [
    { kind: 'commit', ref: 'aeeb36b1f1', date: '2026-07-30', note: 'passes multi_ctas_kv_counter_buffer' },
  ],
  paths: /^vllm\/v1\/attention\/backends\/mla\/flashinfer_mla\.py$/,
  content: /\bclass FlashInferMLABackend\b[\s\S]*\bmulti_ctas_kv_counter_buffer\b/,
  gate: 'supports_compute_capability',
  harm: opened,
});

export const flashAttention4: Refusal = refusedGate({
  id: 'vllm/flash-attention-4-gate',
  project: 'vllm',
  title: 'FlashAttention 4 opened to SM12x',
  why: 'The gate alone is not enough: two fixes in flash-attention itself are missing, and the kernels do not run on SM12x without them.',
  instead: 'leave it closed: FlashAttention 2 and FlashInfer serve SM12x',
  references: [{ kind: 'pull-request', ref: '#47218', note: 'open' }],
  paths: /^vllm\/vllm_flash_attn\/flash_attn_interface\.py$/,
  content: /\bdef _is_fa4_supported\b/,
  gate: '_is_fa4_supported',
  harm: opened,
});

export const deepGemmClosed: Refusal = refusedGate({
  id: 'vllm/deep-gemm-closed',
  project: 'vllm',
  title: 'DeepGEMM switched off for 12.1',
  why: 'The indexer of DeepSeek V4 needs it: with the gate closed for GB10 the model does not serve.',
  instead: 'vllm/deepgemm-pin gives DeepGEMM a commit with kernels for SM12x',
  references: [{ kind: 'pull-request', ref: '#54600', note: 'open; its thread says what breaks' }],
  paths: /^vllm\/platforms\/cuda\.py$/,
  content: /\bdef support_deep_gemm\b/,
  gate: 'support_deep_gemm',
  harm: (on120, on121) => on120 === true && on121 === false,
});

export const skinnyGemm: Refusal = refusedGate({
  id: 'vllm/skinny-gemm-gates',
  project: 'vllm',
  title: 'Low-latency GEMM plans of B300 used on GB10',
  why: 'The plans were measured on 10.3 and there are none for 12.1: the wrong tiles are chosen, and nobody measured that they are faster.',
  instead: 'leave them closed until there is a plan for 12.1',
  references: [
    { kind: 'measurement', ref: '017e9f4448', note: 'glm52 and kimi_k3 hold plans of B300 alone' },
  ],
  paths: /^vllm\/models\/.*low_latency_gemm\.py$/,
  content: /\bdef _is_sm103\b/,
  gate: '_is_sm103',
  harm: opened,
});
