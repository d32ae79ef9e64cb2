import { Failure } from '../failure.js';
import { findPin, type Pin, type PinSet, type Pins } from '../pins/pins.js';
import type { Project } from '../source/project.js';

/** The projects that an image is made of, in the order in which they are built. */
export const PARTS = ['cutlass', 'flashinfer', 'vllm'] as const satisfies readonly Project[];
export type Part = (typeof PARTS)[number];

/** The pins of a set, by project. A name that is no pin is a usage Failure. */
export function pinsOf(pins: Pins, set: PinSet): Map<Part, Pin> {
  const parts = new Map<Part, Pin>();
  for (const part of PARTS) {
    const named = set[part];
    if (named === undefined) continue;
    const pin = findPin(pins, part, named);
    if (!pin) {
      throw new Failure('usage', `the set ${set.name} names ${part}@${named}, which is not a pin`, {
        next: `add it: dgx-patch pins add ${part}@${named}`,
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
