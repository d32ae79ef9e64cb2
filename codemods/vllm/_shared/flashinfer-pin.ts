import type { JudgeContext } from '../../../src/api.js';

/** FlashInfer as the tree pins it, e.g. `[0, 6, 3]`; empty where it pins none. */
export async function flashInferPin(context: JudgeContext): Promise<readonly number[]> {
  const files = await Promise.all(
    ['requirements/cuda.txt', 'setup.py'].map((path) => context.tree.read(path)),
  );
  const pinned = files.map((file) => /flashinfer-python\s*==\s*(\d+)\.(\d+)\.(\d+)/.exec(file?.text ?? ''));
  const match = pinned.find((found) => found !== null);
  return match ? match.slice(1).map(Number) : [];
}

export const isBefore = (version: readonly number[], other: readonly number[]): boolean => {
  const at = version.findIndex((part, index) => part !== other[index]);
  return at >= 0 && version[at]! < other[at]!;
};
