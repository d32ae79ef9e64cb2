import { Failure } from '../failure.js';
import type { Pin, Pins } from '../pins/pins.js';
import type { Mirrors } from '../revision/mirrors.js';
import { isUrl } from '../revision/spec.js';
import { askRemote, gitText } from '../tree/git.js';

/** The pin of a project that is to move: the one that was named, or the only one. */
export function pinToMove(pins: Pins, project: Pin['project'], name: string | undefined): Pin {
  const own = pins.pins.filter((pin) => pin.project === project);
  const found = name === undefined ? own : own.filter((pin) => pin.name === name);
  if (found.length === 1) return found[0]!;
  const names = own.map((pin) => pin.name).join(', ') || 'none';
  const problem =
    name === undefined ? `there are ${own.length} pins of ${project}` : `there is no pin ${project}@${name}`;
  throw new Failure('usage', problem, { next: `name one with --pin; pins of ${project}: ${names}` });
}

/** The newest commit of the default branch, from the project's mirror or its repository. */
export async function newestCommit(project: Pin['project'], mirrors: Mirrors, pins: Pins): Promise<string> {
  const location = mirrors.get(project)?.[0] ?? pins.projects[project]?.repository;
  if (location === undefined) {
    throw new Failure('usage', `the pins file names no repository for ${project}`, {
      next: 'name a revision with --to',
    });
  }
  const text = isUrl(location)
    ? await askRemote(['ls-remote', '--', location, 'HEAD'])
    : await gitText(location, ['rev-parse', 'HEAD']);
  return text.slice(0, text.search(/\s|$/));
}

/**
 * A pin's name after the move: one that is its revision's (a tag, a commit) follows it; one that was given
 * (`stable`) stays.
 */
export function movedName(pin: Pin, to: Pin): string {
  const isRevision = pin.name === pin.tag || /^[0-9a-f]{7,40}$/.test(pin.name);
  return isRevision ? to.name : pin.name;
}

/** The pins with `pin` replaced; sets that name it follow. */
export function withMoved(pins: Pins, pin: Pin, moved: Pin): Pins {
  const clash = pins.pins.some(
    (one) => one !== pin && one.project === moved.project && one.name === moved.name,
  );
  if (clash)
    throw new Failure('usage', `there is a pin ${moved.project}@${moved.name} already`, {
      next: 'move that one with --pin',
    });
  const sets = pins.sets?.map((set) =>
    set[pin.project] === pin.name ? { ...set, [pin.project]: moved.name } : set,
  );
  return {
    ...pins,
    pins: pins.pins.map((one) => (one === pin ? moved : one)),
    ...(sets ? { sets } : {}),
  };
}
