import type { Recipe } from './schema.js';

/**
 * The tuning file that vLLM's Triton MoE kernels look for on GB10, at a tensor parallel size: N is the
 * intermediate size per rank. Undefined for a model without experts, or where the size does not divide.
 */
export function moeFileName(moe: Recipe['moe'], tensorParallel: number): string | undefined {
  if (!moe || moe.intermediate % tensorParallel !== 0) return undefined;
  const dtype = moe.dtype ? `,dtype=${moe.dtype}` : '';
  return `E=${moe.experts},N=${moe.intermediate / tensorParallel},device_name=NVIDIA_GB10${dtype}.json`;
}
