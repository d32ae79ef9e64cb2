/**
 * What comes of a site that stays wrong, on GB10, worst first:
 * - `stops`: something does not build, load or start
 * - `wrong`: something computes wrong
 * - `slow`: the same comes out, later
 * - `none`: nothing that GB10 builds or runs at this build changes
 */
export const EFFECTS = ['stops', 'wrong', 'slow', 'none'] as const;
export type EffectKind = (typeof EFFECTS)[number];

export interface Effect {
  readonly kind: EffectKind;
  /** The models, flags or formats that it touches, in a few words that follow "matters for"; else everyone. */
  readonly concerns?: string;
  /** Why it is so at this build, where that is not plain from the fix itself; always with `none`. */
  readonly because?: string;
}
