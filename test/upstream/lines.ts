import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CODEMODS } from '../../src/fixes/built-in.js';
import { selectCodemods } from '../../src/fixes/choose.js';
import { Chronicle } from '../../src/history/chronicle.js';
import { Historian } from '../../src/history/historian.js';
import { firstParents, forkOf, repositoriesOf } from '../../src/history/place.js';
import { Store } from '../../src/history/store.js';
import type { Timeline } from '../../src/history/timeline.js';
import type { Project } from '../../src/source/project.js';
import { gitText } from '../../src/tree/git.js';
import { mirrors } from '../support/mirrors.js';

export const BUILD = { cuda: '13.0', arch: '12.1a' };

/** The lines that are walked whole: a project, and where its line begins. They end at the mirror's HEAD. */
export const LINES = [
  ['vllm', '58738772410c5e0d60b61db39538a9b313d2d7ad'],
  ['flashinfer', 'v0.2.9'],
  ['cutlass', 'v4.2.1'],
] as const satisfies readonly (readonly [Project, string])[];

/** Milliseconds that a test on a whole line may take. */
export const HOUR = 3_600_000;

export const mirrorOf = (project: Project): string => repositoriesOf(project, mirrors)[0]!;

/** Lines' chronicles, each walked once for all tests of a file, with a store of their own. */
export class Walked {
  readonly #made = new Map<Project, Promise<Timeline>>();
  #dir: Promise<string> | undefined;

  async between(project: Project, from: string, to: string): Promise<Timeline> {
    this.#dir ??= mkdtemp(join(tmpdir(), 'dgx-patch-upstream-history-'));
    const dirs = repositoriesOf(project, mirrors);
    const historian = new Historian(new Store(await this.#dir));
    const question = { codemods: selectCodemods(CODEMODS, project), build: BUILD, options: {} };
    const [start, end] = await Promise.all(
      [from, to].map((name) => gitText(dirs[0]!, ['rev-parse', `${name}^{commit}`])),
    );
    // A release may have commits of its own: the line begins where they do.
    const line = new Set(await firstParents(dirs[0]!, end!));
    const fork = await forkOf({ dir: dirs[0]!, commit: start! }, line);
    const timeline = await new Chronicle(historian, { project, dir: dirs[0]!, dirs }, question).between(
      fork!,
      end!,
    );
    await historian.close();
    return timeline;
  }

  of(project: Project): Promise<Timeline> {
    let made = this.#made.get(project);
    if (!made) {
      made = this.between(project, LINES.find(([name]) => name === project)![1], 'HEAD');
      this.#made.set(project, made);
    }
    return made;
  }

  async clean(): Promise<void> {
    if (this.#dir) await rm(await this.#dir, { recursive: true, force: true });
  }
}
