import { Failure } from '../failure.js';
import { didYouMean } from '../source/nearest.js';
import type { PinSet, Pins } from './pins.js';

/** The set of a name. */
export function findSet(pins: Pins, name: string): PinSet {
  const sets = pins.sets ?? [];
  const set = sets.find((one) => one.name === name);
  if (set) return set;
  const meant = didYouMean(
    name,
    sets.map((one) => one.name),
  );
  throw new Failure('usage', `there is no set ${JSON.stringify(name)}`, {
    ...(meant ? { why: meant } : {}),
    next: `sets of the pins file: ${sets.map((one) => one.name).join(', ') || 'none'}`,
  });
}

/** As above; without a name, the only set that there is, or the one that the file calls its default. */
export function chooseSet(pins: Pins, name: string | undefined): PinSet {
  const sets = pins.sets ?? [];
  if (name !== undefined) return findSet(pins, name);
  const chosen = sets.length === 1 ? sets[0] : sets.find((set) => set.default);
  if (chosen) return chosen;
  throw new Failure('usage', 'no set was given', {
    next: `--set with one of: ${sets.map((one) => one.name).join(', ') || '(the pins file has no sets)'}`,
  });
}
