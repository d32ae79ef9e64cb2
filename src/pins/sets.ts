import { Failure } from '../failure.js';
import type { PinSet, Pins } from './pins.js';

/** The set of a name. */
export function findSet(pins: Pins, name: string): PinSet {
  const sets = pins.sets ?? [];
  const set = sets.find((one) => one.name === name);
  if (set) return set;
  throw new Failure('usage', `there is no set ${JSON.stringify(name)}`, {
    next: `sets of the pins file: ${sets.map((one) => one.name).join(', ') || 'none'}`,
  });
}

/** As above; without a name, the only set that there is. */
export function chooseSet(pins: Pins, name: string | undefined): PinSet {
  const sets = pins.sets ?? [];
  if (name !== undefined) return findSet(pins, name);
  if (sets.length === 1) return sets[0]!;
  throw new Failure('usage', 'no set was given', {
    next: `--set with one of: ${sets.map((one) => one.name).join(', ') || '(the pins file has no sets)'}`,
  });
}
