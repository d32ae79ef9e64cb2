import type { Pin, Pins } from '../pins/pins.js';
import type { Mirrors } from '../revision/mirrors.js';
import { resolveTarget } from '../revision/resolve.js';
import { gitText } from '../tree/git.js';

/** A revision as a pin of that name: its commit and date, and its tag where it is called like a version. */
export async function describeRevision(
  text: string,
  mirrors: Mirrors,
  pins: Pins,
  progress: (line: string) => void,
): Promise<Pin> {
  const target = await resolveTarget(text, { mirrors, pins, progress });
  try {
    const { project, revision, commit, dir } = target;
    const tag = target.pin?.tag ?? (/^v?\d+\.\d/.test(revision) ? revision : undefined);
    return {
      project: project as Pin['project'],
      name: revision,
      commit,
      ...(tag === undefined ? {} : { tag }),
      date: await gitText(dir, ['show', '-s', '--format=%cs', commit]),
    };
  } finally {
    target.close();
  }
}
