import type { Effect, JudgeContext } from '../../../src/api.js';
import { sm100Groups } from '../_shared/kernel-groups.js';
import { complaint, isQuTLASS } from './find.js';
import { askedOf } from './question.js';

/** What lists that are not as requested do: that depends on whether GB10 runs what is built all the same. */
export async function listsEffect(_: unknown, context: JudgeContext): Promise<Partial<Effect> | undefined> {
  const found = await askedOf(context);
  if (!found || found.graph.errors.length > 0) return undefined;
  // What GB10 runs, whichever of the family's targets it is.
  const lost = found.groups.filter((group) => complaint(group, found.graph, { minor: 0 }) !== undefined);
  if (sm100Groups(found.graph, found.sources).length > 0) return undefined;
  if (lost.length === 0) {
    return {
      kind: 'none',
      because: `GB10 runs what is built without it, for ${found.graph.cudaArchs.join(';')}`,
    };
  }
  return lost.every(isQuTLASS) ? { concerns: 'FP-Quant models (QuTLASS)' } : undefined;
}
