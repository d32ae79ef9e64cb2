import type { Codemod } from '../codemod/types.js';
import type { UpstreamCommit } from '../history/timeline.js';
import type { Pin, Pins } from '../pins/pins.js';
import type { JudgedPin } from './book.js';

/** A fix that none of the pins in use needs. */
export interface Retirable {
  readonly id: string;
  /** The verdict at each pin in use. */
  readonly verdicts: Readonly<Record<string, string>>;
  /** Upstream's commit that made it superfluous, where a pin before it is at hand. */
  readonly because?: UpstreamCommit;
  /** What the fix says about when it can retire. */
  readonly rule: string;
}

/** The pins that sets name; all of them where there is no set. */
export function pinsInUse({ pins, sets }: Pins): Pin[] {
  if (!sets || sets.length === 0) return pins;
  return pins.filter((pin) => sets.some((set) => set[pin.project] === pin.name));
}

export interface Used {
  readonly pin: Pin;
  readonly judged: JudgedPin;
}

const verdictOf = ({ judged }: Used, codemod: Codemod): string | undefined =>
  judged.outcomes.find((outcome) => outcome.codemod === codemod)?.verdict;

/** Fixes of the used pins' projects that no used pin needs, with the last pin that did, if any does. */
export function retirable(
  codemods: readonly Codemod[],
  used: readonly Used[],
  all: readonly Used[],
): { codemod: Codemod; verdicts: Record<string, string>; from: Used | undefined; to: Used }[] {
  return codemods.flatMap((codemod) => {
    const own = used.filter(({ pin }) => pin.project === codemod.project);
    const idle = own.every((one) => /^(?:upstreamed|not-applicable)$/.test(verdictOf(one, codemod) ?? ''));
    if (own.length === 0 || !idle) return [];
    const to = own.reduce((oldest, one) => ((one.pin.date ?? '') < (oldest.pin.date ?? '') ? one : oldest));
    const from = all
      .filter((one) => verdictOf(one, codemod) === 'needed' && (one.pin.date ?? '') <= (to.pin.date ?? ''))
      .at(-1);
    const verdicts = Object.fromEntries(own.map((one) => [one.pin.name, verdictOf(one, codemod)!]));
    return [{ codemod, verdicts, from, to }];
  });
}
