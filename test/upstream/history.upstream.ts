import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plan } from '../../src/codemod/plan.js';
import { BLOCKING } from '../../src/codemod/verdict.js';
import { CODEMODS } from '../../src/fixes/built-in.js';
import { selectCodemods } from '../../src/fixes/choose.js';
import { accountOf, between } from '../../src/history/account.js';
import { after, commitAt, type State, spansOf, stateAt, type Timeline } from '../../src/history/timeline.js';
import { statesOf } from '../../src/history/walk.js';
import { TreeWorkbench } from '../../src/judge/workbench.js';
import type { Project } from '../../src/source/project.js';
import { hasMirror, without } from '../support/mirrors.js';
import { Sampled } from '../support/sampled.js';
import { BUILD, HOUR, LINES, mirrorOf, Walked } from './lines.js';

/** Commits that are judged anew, beside those around every change. */
const SAMPLES = 500;
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
        wrong.push(...(await wrongAt(timeline, at, mirrorOf(project), sampled)));
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
