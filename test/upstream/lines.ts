import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
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
import { ROOT } from '../support/sources.js';

export const BUILD = { cuda: '13.0', arch: '12.1a' };

/** The lines that are walked whole: a project, and where its line begins. They end at the mirror's HEAD. */
export const LINES = [
  ['vllm', '58738772410c5e0d60b61db39538a9b313d2d7ad', 10],
  ['flashinfer', 'v0.2.9', 4],
  ['cutlass', 'v4.2.1', 1],
] as const satisfies readonly (readonly [project: Project, start: string, pieces: number])[];

/** Milliseconds that a test on a whole line may take. */
export const HOUR = 3_600_000;

export const mirrorOf = (project: Project): string => repositoriesOf(project, mirrors)[0]!;

/**
 * Where chronicles stay from one run of some of these tests to the next: a folder that DGX_PATCH_UPSTREAM_CACHE
 * names, and in it one for the code as it is. Else a folder for this run.
 */
async function chronicleFolder(): Promise<{ readonly dir: string; readonly kept: boolean }> {
  const given = process.env.DGX_PATCH_UPSTREAM_CACHE;
  if (!given) return { dir: await mkdtemp(join(tmpdir(), 'dgx-patch-upstream-history-')), kept: false };
  const code = createHash('sha256');
  for (const top of ['src', 'codemods']) {
    const names = await readdir(join(ROOT, top), { recursive: true });
    for (const name of names.filter((one) => one.endsWith('.ts')).sort())
      code.update(name).update(await readFile(join(ROOT, top, name)));
  }
  const dir = join(given, code.digest('hex').slice(0, 20));
  await mkdir(dir, { recursive: true });
  return { dir, kept: true };
}

/** A line's chronicle, walked once for all tests on it. */
export class Walked {
  readonly #made = new Map<Project, Promise<Timeline>>();
  #folder: ReturnType<typeof chronicleFolder> | undefined;

  async between(project: Project, from: string, to: string): Promise<Timeline> {
    this.#folder ??= chronicleFolder();
    const dirs = repositoriesOf(project, mirrors);
    const historian = new Historian(new Store((await this.#folder).dir));
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
    const folder = await this.#folder;
    if (folder && !folder.kept) await rm(folder.dir, { recursive: true, force: true });
  }
}
