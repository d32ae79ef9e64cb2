/** A name that vLLM had and dropped, and what says the same now. */
export interface RemovedName {
  /** First release without it. */
  readonly since: string;
  readonly instead?: string;
}

/** Names that recipes in the wild still use. Source: upstream's history of envs.py and arg_utils.py. */
export const REMOVED: Readonly<Record<string, RemovedName>> = {
  VLLM_ATTENTION_BACKEND: { since: 'v0.15.0', instead: '--attention-backend' },
  VLLM_USE_TRTLLM_FP4_GEMM: { since: 'v0.11.1', instead: 'VLLM_NVFP4_GEMM_BACKEND' },
  VLLM_USE_V1: { since: 'v0.11.1' },
};
