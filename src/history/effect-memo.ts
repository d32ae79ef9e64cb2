import { createHash } from 'node:crypto';
import { z } from 'zod';
import { EFFECTS } from '../codemod/effect.js';
import type { Outcome } from '../codemod/types.js';
import type { Log } from './store.js';

/** By outcome; null where it has none. */
const effectsSchema = z.array(
  z
    .object({
      kind: z.enum(EFFECTS),
      concerns: z.string().exactOptional(),
      because: z.string().exactOptional(),
    })
    .nullable(),
);

/** What effects are asked of, beside the tree and what the log is named after. */
function digestOf(outcomes: readonly Outcome[]): string {
  const said = outcomes.map(({ verdict, sites }) => [verdict, sites]);
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32);
}

/**
 * Outcomes with their effects, as `log` has them, or as `ask` says and is kept then. What `ask` throws is not.
 * @param log of one build, one set of fixes and their options
 */
export async function withKnownEffects(
  log: Log,
  commit: string,
  outcomes: readonly Outcome[],
  ask: () => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
  const key = `${commit}:${digestOf(outcomes)}`;
  const known = log.get(key, effectsSchema);
  if (known?.length === outcomes.length) {
    return outcomes.map((outcome, index) => {
      const effect = known[index];
      return effect ? { ...outcome, effect } : outcome;
    });
  }
  const asked = await ask();
  log.put(
    key,
    asked.map(({ effect }) => effect ?? null),
  );
  return asked;
}
