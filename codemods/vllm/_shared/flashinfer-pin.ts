import type { JudgeContext } from '../../../src/api.js';

/** Where it is named. A wheel's metadata names all requirements, those of extras with them: where it is, it counts. */
const NAMED = [
  ['METADATA', /^Requires-Dist:\s*flashinfer-python\s*\(?==\s*(\d+)\.(\d+)\.(\d+)/m],
  ['requirements/cuda.txt', /flashinfer-python\s*==\s*(\d+)\.(\d+)\.(\d+)/],
  ['setup.py', /flashinfer-python\s*==\s*(\d+)\.(\d+)\.(\d+)/],
] as const;

/** FlashInfer as the tree pins it, e.g. `[0, 6, 3]`; empty where it pins none. */
export async function flashInferPin(context: JudgeContext): Promise<readonly number[]> {
  for (const [path, version] of NAMED) {
    const file = await context.tree.read(path);
    const match = file && version.exec(file.text);
    if (match) return match.slice(1).map(Number);
    if (file && path === 'METADATA') return [];
  }
  return [];
}

export const isBefore = (version: readonly number[], other: readonly number[]): boolean => {
  const at = version.findIndex((part, index) => part !== other[index]);
  return at >= 0 && version[at]! < other[at]!;
};
