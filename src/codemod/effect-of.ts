import { Failure, machineFailure, TooLarge } from '../failure.js';
import type { Effect } from './effect.js';
import type { JudgeContext, Outcome } from './types.js';

/** Outcomes whose sites are wrong, or may be: only they have an effect. */
const OPEN: ReadonlySet<string> = new Set(['needed', 'drifted', 'conflicting']);

/**
 * The effect of an outcome at the context's build. What a fix cannot work out is as its metadata says: nobody
 * is told that a fix does not matter because a question failed.
 */
export async function effectOf(
  { codemod, verdict, sites }: Pick<Outcome, 'codemod' | 'verdict' | 'sites'>,
  context: JudgeContext,
): Promise<Effect | undefined> {
  if (!OPEN.has(verdict)) return undefined;
  if (verdict !== 'needed' || !codemod.effectAt || !codemod.effect) return codemod.effect;
  try {
    const wrong = sites.filter(({ state }) => state === 'wrong');
    return { ...codemod.effect, ...(await codemod.effectAt(wrong, context)) };
  } catch (error) {
    if (error instanceof TooLarge) return codemod.effect;
    if (!(error instanceof Error) || error instanceof Failure || 'code' in error) throw error;
    const failure = machineFailure(error);
    if (failure) throw failure;
    return codemod.effect;
  }
}

/** True for what is needed by the source, and changes nothing at the build. */
export function isIdle({ verdict, effect }: Pick<Outcome, 'verdict' | 'effect'>): boolean {
  return verdict === 'needed' && effect?.kind === 'none';
}

/** The outcomes that are carried out: without idle ones, unless all are asked for. */
export function carriedOut(outcomes: readonly Outcome[], full: boolean): readonly Outcome[] {
  return full ? outcomes : outcomes.filter((outcome) => !isIdle(outcome));
}
