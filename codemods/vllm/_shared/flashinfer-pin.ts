import type { JudgeContext } from '../../../src/api.js';

/** FlashInfer as the tree pins it, e.g. `[0, 6, 3]`; empty where it pins none. */
export async function flashInferPin(context: JudgeContext): Promise<readonly number[]> {
  for (const path of ['requirements/cuda.txt', 'setup.py']) {
    const { text = '' } = (await context.tree.read(path)) ?? {};
    const match = /flashinfer-python\s*==\s*(\d+)\.(\d+)\.(\d+)/.exec(text);
    if (match) return match.slice(1).map(Number);
  }
  return [];
}

export const isBefore = (version: readonly number[], other: readonly number[]): boolean => {
  const at = version.findIndex((part, index) => part !== other[index]);
  return at >= 0 && version[at]! < other[at]!;
};
