import type { Pin, Pins } from '../pins/pins.js';
import type { Mirrors } from '../revision/mirrors.js';
import type { Target } from '../revision/resolve.js';
import type { Project } from '../source/project.js';
import { Chronicle, type Progress } from './chronicle.js';
import type { Historian, Question } from './historian.js';
import { repositoriesOf } from './place.js';
import type { Timeline } from './timeline.js';

/** What a way is looked for with. */
export interface Guide {
  readonly historian: Historian;
  readonly mirrors: Mirrors;
  readonly pins: Pins;
  readonly progress?: Progress;
}

/** The pins of a project, oldest first: whole chronicles begin at the first. */
export function oldestPins({ pins }: Pins, project: Project): Pin[] {
  const date = (pin: Pin): string => pin.date ?? '9';
  return pins.filter((pin) => pin.project === project).sort((a, b) => date(a).localeCompare(date(b)));
}

/**
 * What every fix was at every commit on the way from one target to another, with a longer chronicle where
 * there is one. Undefined where the history at hand does not hold the way.
 */
export async function wayBetween(
  from: Target,
  to: Target,
  question: Question,
  { historian, mirrors, pins, progress }: Guide,
): Promise<Timeline | undefined> {
  if (to.url !== undefined || from.url !== undefined) return undefined;
  const { project, dir } = to;
  const dirs = repositoriesOf(project, mirrors);
  const starts = oldestPins(pins, project).map(({ commit }) => commit);
  return new Chronicle(historian, { project, dir, dirs }, question).since(from, to, starts, progress);
}
