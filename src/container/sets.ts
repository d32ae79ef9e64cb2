import type { Project } from '../codemod/types.js';
import { Failure } from '../failure.js';
import { findPin, type Pin, type PinSet, type Pins } from '../target/pins.js';

/** The projects that an image is made of, in the order in which they are built. */
export const PARTS = ['cutlass', 'flashinfer', 'vllm'] as const satisfies readonly Project[];
export type Part = (typeof PARTS)[number];

/** The set of a name; without one, the only set that there is. */
export function findSet(pins: Pins, name: string | undefined): PinSet {
  const sets = pins.sets ?? [];
  const found = name === undefined && sets.length === 1 ? sets[0] : sets.find((set) => set.name === name);
  if (found) return found;
  const names = sets.map((set) => set.name).join(', ');
  throw new Failure(
    'usage',
    name === undefined ? 'no set was given' : `there is no set ${JSON.stringify(name)}`,
    {
      why: sets.length === 0 ? 'the pins file names no sets' : undefined,
      next: sets.length === 0 ? 'add one to `sets` in upstream-pins.json' : `--set with one of: ${names}`,
    } as { why?: string; next: string },
  );
}

/** The pins of a set, by project. A name that is no pin is a usage Failure. */
export function pinsOf(pins: Pins, set: PinSet): Map<Part, Pin> {
  const parts = new Map<Part, Pin>();
  for (const part of PARTS) {
    const named = set[part];
    if (named === undefined) continue;
    const pin = findPin(pins, part, named);
    if (!pin) {
      throw new Failure('usage', `the set ${set.name} names ${part}@${named}, which is not a pin`, {
        next: `dgx-patch pins list, or dgx-patch pins add ${part}@${named}`,
      });
    }
    parts.set(part, pin);
  }
  if (!parts.has('vllm')) throw new Failure('usage', `the set ${set.name} has no vllm`);
  return parts;
}

/** What the image of a set and a stage is called where no other name is given. */
export function imageName(set: PinSet, stage: string): string {
  return `localhost/dgx-patch/${set.name.toLowerCase()}:${stage}`;
}
