import { Failure } from '../failure.js';
import { selectCodemods } from '../fixes/choose.js';
import { openHistorian } from '../history/historian.js';
import { checkRepositories } from '../history/place.js';
import type { Timeline } from '../history/timeline.js';
import { oldestPins, wayBetween } from '../history/way.js';
import { CHOICES } from '../judge/arch.js';
import { AUTO, type BuildWish, buildFor } from '../judge/build-for.js';
import { resolveTarget, type Target } from '../revision/resolve.js';
import type { Build } from '../source/build.js';
import type { Project } from '../source/project.js';
import { newestCommit } from '../upkeep/bump.js';
import type { Io } from './io.js';
import type { Request } from './request.js';

interface Ends {
  readonly from: Target;
  readonly to: Target;
}

/** A line of a project's history, from one revision to another. */
export interface OpenLine extends Ends {
  timeline(): Promise<Timeline>;
  close(): Promise<void>;
}

/**
 * One build for the whole line: the one that is asked for, else that of the pin where it begins, else the
 * toolkit and the target that are GB10's own.
 */
async function buildOf({ from, to }: Ends, ofPin: boolean, wish: BuildWish): Promise<Build> {
  if (ofPin) return (await buildFor(from, wish)).build;
  if (wish.arch === AUTO) return (await buildFor({ ...to, pin: undefined }, wish)).build;
  return { cuda: wish.cuda ?? '13.0', arch: wish.arch ?? CHOICES[0] };
}

/** Opens the line that a command was asked for; the oldest pin and the newest commit where it was not. */
export async function openLine(
  project: Project,
  options: {
    readonly since?: string;
    readonly to?: string;
    readonly cache: boolean;
    /** True: for the build of the pin that it begins with. */
    readonly ofPin?: boolean;
  },
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
    const codemods = selectCodemods(request.fixes, project, selection);
    const build = await buildOf({ from, to }, options.ofPin === true, wish);
    const question = { codemods, build, options: fixOptions };
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
