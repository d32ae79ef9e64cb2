import type { Effect, EffectKind } from '../codemod/effect.js';
import { isIdle } from '../codemod/effect-of.js';
import type { Outcome, Spot } from '../codemod/types.js';
import { BLOCKING } from '../codemod/verdict.js';

/** What a group of outcomes has in common for its reader; worst first, and what is in order last. */
export const GROUPS = ['blocks', 'stops', 'wrong', 'slow', 'needed', 'none', 'right', 'absent'] as const;
export type Group = (typeof GROUPS)[number];

export const GROUP_WORDS: Readonly<Record<Group, string>> = {
  blocks: 'cannot be judged or done',
  stops: 'does not build, load or start',
  wrong: 'computes wrong',
  slow: 'slower than it need be',
  needed: 'needed',
  none: 'no effect at this build',
  right: 'right already',
  absent: 'not in this tree',
};

const EFFECT_WORDS: Readonly<Record<EffectKind, string>> = {
  stops: 'stops',
  wrong: 'computes wrong',
  slow: 'slow',
  none: 'no effect',
};

export function groupOf(outcome: Outcome): Group {
  const { verdict, effect } = outcome;
  if (BLOCKING.has(verdict)) return 'blocks';
  if (verdict === 'not-applicable') return 'absent';
  if (verdict !== 'needed') return 'right';
  return effect?.kind ?? 'needed';
}

/** Outcomes by group, in the order of GROUPS; groups without any are left out. */
export function grouped(outcomes: readonly Outcome[]): (readonly [Group, readonly Outcome[]])[] {
  return GROUPS.map(
    (group) => [group, outcomes.filter((outcome) => groupOf(outcome) === group)] as const,
  ).filter(([, own]) => own.length > 0);
}

/** `stops: MLA models with an FP8 KV cache`, in a few words for a cell. */
export function effectText(effect: Effect | undefined): string {
  if (!effect) return '';
  const { kind, concerns } = effect;
  if (kind === 'none') return EFFECT_WORDS.none;
  return `${EFFECT_WORDS[kind]}: ${concerns ?? 'every GB10 build'}`;
}

/** The reason, with why the effect is what it is at this build. */
export function reasonOf(outcome: Outcome): string {
  const { reason, effect } = outcome;
  if (isIdle(outcome)) return `${reason}; no effect at this build: ${effect!.because}`;
  return effect?.because === undefined ? reason : `${reason}; ${effect.because}`;
}

/** True of a site that is not as it must be, or may not be. */
export const isOpen = ({ state }: Spot): boolean => state === 'wrong' || state === 'unknown';

/** `2 of 3`: the sites that are open, of all; only their number where all are alike, and nothing where none is. */
export function siteCount({ sites }: Pick<Outcome, 'sites'>): string {
  const open = sites.filter(isOpen).length;
  if (sites.length === 0) return '';
  return open === 0 || open === sites.length ? `${sites.length}` : `${open} of ${sites.length}`;
}
