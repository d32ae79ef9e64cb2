/** What the tree will be compiled for. */
export interface Build {
  /** CUDA toolkit version, `major.minor`. */
  readonly cuda: string;
  /** `TORCH_CUDA_ARCH_LIST`, e.g. `12.1a` or `12.0f`. */
  readonly arch: string;
}

export const CUDA_VERSION = /^\d+\.\d+$/;
export const ARCH_LIST = /^\d+\.\d[af]?(?:[;, ]\d+\.\d[af]?)*$/;
