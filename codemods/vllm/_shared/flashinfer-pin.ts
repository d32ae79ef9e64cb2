import type { JudgeContext } from '../../../src/api.js';

/** A version of FlashInfer, and where the tree pins it. */
export interface FlashInferPin {
  /** E.g. `[0, 6, 3]`. */
  readonly version: readonly number[];
  /** As it is written, e.g. `0.6.3.post1`. */
  readonly name: string;
  readonly path: string;
}

/** FlashInfer as the tree pins it; undefined where its requirements pin none. Images may pin another. */
export async function flashInferPin(context: JudgeContext): Promise<FlashInferPin | undefined> {
  for (const path of ['requirements/cuda.txt', 'setup.py']) {
    const { text = '' } = (await context.tree.read(path)) ?? {};
    const [, name, ...version] = /flashinfer-python\s*==\s*((\d+)\.(\d+)\.(\d+)[\w.]*)/.exec(text) ?? [];
    if (name !== undefined) return { version: version.map(Number), name, path };
  }
  return undefined;
}

export const isBefore = (version: readonly number[], other: readonly number[]): boolean => {
  const at = version.findIndex((part, index) => part !== other[index]);
  return at >= 0 && version[at]! < other[at]!;
};
