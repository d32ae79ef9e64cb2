import { Failure } from '../failure.js';
import { selectCodemods } from '../fixes/choose.js';
import { Chronicle } from '../history/chronicle.js';
import { openHistorian } from '../history/historian.js';
import { repositoriesOf } from '../history/place.js';
import type { Timeline } from '../history/timeline.js';
import { buildFor } from '../judge/build-for.js';
import type { Pin } from '../pins/pins.js';
import { resolveTarget, type Target } from '../revision/resolve.js';
import type { Project } from '../source/project.js';
import { newestCommit } from '../upkeep/bump.js';
import type { Io } from './io.js';
import type { Request } from './request.js';

/** A line of a project's history, from one revision to another. */
export interface OpenLine {
  readonly from: Target;
  readonly to: Target;
  timeline(): Promise<Timeline>;
  close(): Promise<void>;
}

/** Commits of the pins, oldest first: chronicles begin there. */
export function oldestPins(pins: readonly Pin[], project: Project): Pin[] {
  return pins
    .filter((pin) => pin.project === project)
    .sort((a, b) => (a.date ?? '9').localeCompare(b.date ?? '9'));
}

/** Opens the line that a command was asked for; the oldest pin and the newest commit where it was not. */
export async function openLine(
  project: Project,
  options: { readonly since?: string; readonly to?: string; readonly cache: boolean },
  request: Request,
  io: Io,
): Promise<OpenLine> {
  const { mirrors, pins, fixOptions, selection, wish } = request;
  const dirs = repositoriesOf(project, mirrors);
  const oldest = oldestPins(pins.pins, project);
  const since = options.since ?? oldest[0]?.name;
  if (since === undefined) {
    throw new Failure('usage', `the pins file has no pin of ${project}`, {
      next: 'name a revision with --since',
    });
  }
  const historian = await openHistorian(options.cache);
  try {
    const open = (revision: string) =>
      resolveTarget(`${project}@${revision}`, {
        mirrors,
        pins,
        progress: io.progress,
        readers: historian.readers,
      });
    const from = await open(since);
    const to = await open(options.to ?? (await newestCommit(project, mirrors, pins)));
    const codemods = selectCodemods(project, selection);
    const question = { codemods, build: buildFor(undefined, wish), options: fixOptions };
    const chronicle = new Chronicle(historian, { project, dir: to.dir, dirs }, question);
    return {
      from,
      to,
      timeline: async () => {
        const told = (done: number) => io.progress(`judging commit ${done} of ${project}`);
        const starts = oldest.map(({ commit }) => commit);
        const timeline = await chronicle.since(from, to, starts, told);
        if (timeline) return timeline;
        throw new Failure('unavailable', `${to.dir} does not hold the way from ${since} to ${to.revision}`, {
          why: 'the copy is shallow, or the two have nothing in common',
          next: `git -C ${to.dir} fetch --unshallow`,
        });
      },
      close: async () => {
        from.close();
        to.close();
        await historian.close();
      },
    };
  } catch (error) {
    await historian.close();
    throw error;
  }
}
