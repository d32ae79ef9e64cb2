import { Failure } from '../failure.js';
import { selectCodemods } from '../fixes/choose.js';
import { openHistorian } from '../history/historian.js';
import { checkRepositories } from '../history/place.js';
import type { Timeline } from '../history/timeline.js';
import { oldestPins, wayBetween } from '../history/way.js';
import { buildFor } from '../judge/build-for.js';
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

/** Opens the line that a command was asked for; the oldest pin and the newest commit where it was not. */
export async function openLine(
  project: Project,
  options: { readonly since?: string; readonly to?: string; readonly cache: boolean },
  request: Request,
  io: Io,
): Promise<OpenLine> {
  const { mirrors, pins, fixOptions, selection, wish } = request;
  checkRepositories(project, mirrors);
  const oldest = oldestPins(pins, project);
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
    return {
      from,
      to,
      timeline: async () => {
        const told = (done: number) => io.progress(`judging commit ${done} of ${project}`);
        const timeline = await wayBetween(from, to, question, { historian, mirrors, pins, progress: told });
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
