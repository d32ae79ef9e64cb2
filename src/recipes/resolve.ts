import type { SourceTree } from '../source/tree.js';
import { environmentVariables } from './environment.js';
import type { PlainSetting, Recipe } from './schema.js';
import { serverFlags } from './server-flags.js';
import { SourceIndex } from './source-index.js';
import { type Interface, isDeprecated, settingProblem } from './validate.js';

/** A recipe in the words of one vLLM revision. */
export interface ResolvedRecipe {
  readonly recipe: Recipe;
  /** In the recipe's order. */
  readonly settings: readonly PlainSetting[];
  /** Settings that the revision does not know. They are not among `settings`. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads a revision's argument parser and `envs.py`, and gives the memory back after `use`. */
export async function withInterface<T>(tree: SourceTree, use: (at: Interface) => Promise<T>): Promise<T> {
  const index = new SourceIndex(tree);
  try {
    return await use({
      index,
      flags: await serverFlags(index),
      variables: await environmentVariables(index),
    });
  } finally {
    index.dispose();
  }
}

/** Flags that the container's entrypoint passes by itself, with values as it would pass them. */
export function entrypointFlags({ serve, nodes }: Recipe): PlainSetting[] {
  return [
    { flag: '--host', value: '0.0.0.0' },
    { flag: '--port', value: 8888 },
    { flag: '--max-model-len', value: serve.maxModelLen },
    { flag: '--gpu-memory-utilization', value: serve.gpuMemoryUtilization },
    { flag: '--max-num-seqs', value: serve.maxNumSeqs },
    { flag: '--tensor-parallel-size', value: nodes },
    ...(nodes > 1 ? [{ flag: '--distributed-executor-backend', value: 'ray' }] : []),
  ];
}

/** Chooses each setting's spelling, and says what the revision does not know. */
export async function resolveRecipe(recipe: Recipe, at: Interface): Promise<ResolvedRecipe> {
  const settings: PlainSetting[] = [];
  const problems: string[] = [];
  const warnings: string[] = [];
  for (const passed of entrypointFlags(recipe)) {
    const problem = await settingProblem(passed, at);
    if (problem) problems.push(`the entrypoint passes it: ${problem}`);
  }
  for (const setting of recipe.settings) {
    const candidates = 'firstOf' in setting ? setting.firstOf : [setting];
    const found: string[] = [];
    let chosen: PlainSetting | undefined;
    for (const candidate of candidates) {
      const problem = await settingProblem(candidate, at);
      if (problem === undefined) {
        chosen = candidate;
        break;
      }
      found.push(problem);
    }
    if (!chosen) problems.push('why' in setting ? `${setting.why}: ${found.join('; ')}` : found.join('; '));
    else {
      settings.push(chosen);
      if (isDeprecated(chosen, at))
        warnings.push(`${(chosen as { env: string }).env} is deprecated at this revision`);
    }
  }
  return { recipe, settings, problems, warnings };
}
