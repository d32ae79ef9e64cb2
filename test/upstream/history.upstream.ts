import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plan } from '../../src/codemod/plan.js';
import { BLOCKING } from '../../src/codemod/verdict.js';
import { CODEMODS } from '../../src/fixes/built-in.js';
import { selectCodemods } from '../../src/fixes/choose.js';
import { accountOf, between } from '../../src/history/account.js';
import { Chronicle } from '../../src/history/chronicle.js';
import { Historian } from '../../src/history/historian.js';
import { firstParents, forkOf, repositoriesOf } from '../../src/history/place.js';
import { Store } from '../../src/history/store.js';
import { after, commitAt, type State, spansOf, stateAt, type Timeline } from '../../src/history/timeline.js';
import { statesOf } from '../../src/history/walk.js';
import { TreeWorkbench } from '../../src/judge/workbench.js';
import type { Project } from '../../src/source/project.js';
import { gitText } from '../../src/tree/git.js';
import { hasMirror, mirrors, without } from '../support/mirrors.js';
import { Sampled } from '../support/sampled.js';
import { ROOT } from '../support/sources.js';

/** Commits that are judged anew, beside those around every change. */
const SAMPLES = 500;
const BUILD = { cuda: '13.0', arch: '12.1a' };
const LINES = [
  ['vllm', '58738772410c5e0d60b61db39538a9b313d2d7ad', 10],
  ['flashinfer', 'v0.2.9', 4],
  ['cutlass', 'v4.2.1', 1],
] as const satisfies readonly (readonly [project: Project, start: string, pieces: number])[];
const HOUR = 3_600_000;

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
class Walked {
  readonly #made = new Map<Project, Promise<Timeline>>();
  #folder: ReturnType<typeof chronicleFolder> | undefined;

  dirOf(project: Project): string {
    return repositoriesOf(project, mirrors)[0]!;
  }

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

const walked = new Walked();
afterAll(() => walked.clean());

/** Steps before and at every change, and others at equal distances. */
function stepsToJudge({ fixes, steps }: Timeline): number[] {
  const around = Object.values(fixes).flatMap((changes) => changes.flatMap(({ at }) => [at - 1, at]));
  const every = Math.max(1, Math.floor(steps.length / SAMPLES));
  const sampled = steps.flatMap((_, at) => (at % every === 0 ? [at] : []));
  return [...new Set([...around, ...sampled])].filter((at) => at >= -1).sort((a, b) => a - b);
}

/** What a timeline says of a step, and judging its commit alone does not. */
async function wrongAt(timeline: Timeline, at: number, dir: string, sampled: Sampled): Promise<string[]> {
  const commit = commitAt(timeline, at);
  const { documents, evaluations } = sampled;
  const workbench = new TreeWorkbench(await sampled.tree(dir, commit), BUILD, {}, documents, evaluations);
  const { outcomes } = await plan(selectCodemods(CODEMODS, timeline.project as Project), workbench);
  workbench.dispose();
  const judged = statesOf(outcomes);
  return Object.entries(timeline.fixes).flatMap(([id, changes]) => {
    const { verdict, reason, sites, edit } = stateAt(changes, at)!;
    const said: State = { verdict, reason, sites, edit };
    const own = judged[id];
    return isDeepStrictEqual(said, own)
      ? []
      : [`${id} at ${commit}: ${JSON.stringify(said)}, judged ${JSON.stringify(own)}`];
  });
}

describe.each(LINES)('%s since %s', (project, _, pieces) => {
  it.skipIf(!hasMirror(project)).each(Array.from({ length: pieces }, (_none, piece) => piece + 1))(
    `is at every change, and at many other commits, what judging that commit alone gives: piece %i of ${pieces}${without(project)}`,
    async (piece) => {
      const timeline = await walked.of(project);
      const all = stepsToJudge(timeline);
      const steps = all.slice(
        Math.floor((all.length * (piece - 1)) / pieces),
        Math.floor((all.length * piece) / pieces),
      );
      const sampled = new Sampled();
      const wrong: string[] = [];
      for (const at of steps) {
        wrong.push(...(await wrongAt(timeline, at, walked.dirOf(project), sampled)));
        sampled.end();
      }
      sampled.close();
      process.stderr.write(
        `${project}, piece ${piece} of ${pieces}: ${steps.length} of ${all.length} commits (of ${timeline.steps.length + 1}) judged anew\n`,
      );
      expect(steps.length).toBeGreaterThan(0);
      expect(wrong).toEqual([]);
    },
    HOUR,
  );

  it.skipIf(!hasMirror(project))(
    `explains every drift: by a commit of the line, with the paths that made it${without(project)}`,
    async () => {
      const { fixes, steps } = await walked.of(project);
      const drifts = Object.entries(fixes).flatMap(([id, changes]) =>
        spansOf(changes, steps.length - 1)
          .filter(({ verdict }) => BLOCKING.has(verdict))
          .map((span) => ({ id, ...span })),
      );
      for (const { id, reason, from, because, paths } of drifts) {
        expect(reason, id).not.toBe('');
        if (from < 0) continue;
        expect(because!.commit, id).toBe(steps[from]![0]);
        expect(paths.length, `${id} at ${because!.commit}`).toBeGreaterThan(0);
      }
      const lines = drifts.map(
        ({ id, from, to, because, reason }) =>
          `${id}: ${to - from + 1} commits from ${because?.commit.slice(0, 10) ?? 'the start'}: ${reason}`,
      );
      process.stderr.write(`${project}: ${drifts.length} drifts\n${lines.join('\n')}\n`);
    },
    HOUR,
  );
});

/** What a binary search between two steps of vLLM said wrongly, or not at all. */
const ANSWERS: readonly (readonly [
  id: string,
  from: number,
  to: number,
  because: RegExp,
  between: number,
])[] = [
  ['vllm/flashinfer-nvfp4-moe-gate', 2000, 9000, /^079781177a/, 2],
  ['vllm/nvfp4-emulation', 6700, 9000, /^(?:2800706f06|00d7b497b3)/, 0],
  ['vllm/integrated-memory', 300, 4000, /^4f8f47e87e/, 0],
  ['vllm/qwen3-next-fused-shards', 7000, 8000, /^4e95ec111c/, 3],
];

describe('what a binary search cannot see', () => {
  let all: Timeline;
  beforeAll(async () => {
    if (hasMirror('vllm')) all = await walked.of('vllm');
  }, HOUR);

  it.skipIf(!hasMirror('vllm')).each(ANSWERS)(
    `%s from commit %i to %i${without('vllm')}`,
    async (id, from, to, because, hidden) => {
      const way = after(await walked.between('vllm', LINES[0][1], all.steps[to]![0]), from);
      const account = accountOf(way, id, false)!;
      expect(account.because!.commit).toMatch(because);
      expect(between(account).length).toBeGreaterThanOrEqual(hidden);
    },
    HOUR,
  );
});
