import type { JudgeContext } from '../../../src/api.js';

/** Where it is named. A wheel's metadata names all requirements, those of extras with them: where it is, it counts. */
const NAMED = [
  ['METADATA', /^Requires-Dist:\s*flashinfer-python\s*\(?==\s*((\d+)\.(\d+)\.(\d+)[\w.]*)/m],
  ['requirements/cuda.txt', /flashinfer-python\s*==\s*((\d+)\.(\d+)\.(\d+)[\w.]*)/],
  ['setup.py', /flashinfer-python\s*==\s*((\d+)\.(\d+)\.(\d+)[\w.]*)/],
] as const;

/** A version of FlashInfer that a tree pins. */
export interface FlashInferPin {
  /** E.g. `[0, 6, 3]`. */
  readonly version: readonly number[];
  /** As it is written, e.g. `0.6.3.post1`. */
  readonly name: string;
}

/** FlashInfer as the tree pins it; undefined where its requirements pin none. Images may pin another. */
export async function flashInferPin(context: JudgeContext): Promise<FlashInferPin | undefined> {
  for (const [path, pattern] of NAMED) {
    const file = await context.tree.read(path);
    const [, name, ...version] = (file && pattern.exec(file.text)) ?? [];
    if (name !== undefined) return { version: version.map(Number), name };
    if (file && path === 'METADATA') return undefined;
  }
  return undefined;
}

export const isBefore = (version: readonly number[], other: readonly number[]): boolean => {
  const at = version.findIndex((part, index) => part !== other[index]);
  return at >= 0 && version[at]! < other[at]!;
};
