import { describe, expect, it } from 'vitest';
import { compare } from '../../src/history/compare.js';
import type { Timeline } from '../../src/history/timeline.js';
import { annotations } from '../../src/report/annotations.js';
import { comparisonMarkdown } from '../../src/report/comparison-markdown.js';
import { comparisonText, editsDiff } from '../../src/report/comparison-text.js';
import { statusDocument } from '../../src/report/document.js';
import { COMMENT_LIMIT, COMMENT_MARK, diffMarkdown, statusMarkdown } from '../../src/report/markdown.js';
import { matrixMarkdown } from '../../src/report/matrix-markdown.js';
import { matrixText } from '../../src/report/matrix-text.js';
import { pinPlaceIn } from '../../src/report/pin-place.js';
import { sarif } from '../../src/report/sarif.js';
import { driftedReview, embeddedReview } from '../support/reviews.js';

/** `npx vitest run test/report -u` writes the golden files anew: read them before you commit them. */
const golden = (name: string): string => `./golden/${name}`;

const mini = await embeddedReview();
const next = await driftedReview();
const commit = {
  commit: 'fedcba9876543210fedcba9876543210fedcba98',
  date: '2026-03-31',
  subject: 'Move | the files',
};
const verdictIn = (review: typeof mini, id: string) =>
  review.outcomes.find(({ codemod }) => codemod.id === id)!.verdict;
const point = (verdict: ReturnType<typeof verdictIn>, at: number) => ({
  verdict,
  reason: '',
  sites: 0,
  edit: String(at),
  at,
  commit,
  paths: [],
});
/** One commit, which made everything what it is. */
const way: Timeline = {
  project: 'vllm',
  build: mini.build,
  start: { commit: mini.target.commit, date: '2026-03-30', subject: '' },
  steps: [[commit.commit, 1_774_915_200]],
  fixes: Object.fromEntries(
    next.outcomes.map(({ codemod: { id }, verdict }) => [
      id,
      [point(verdictIn(mini, id), -1), point(verdict, 0)],
    ]),
  ),
  releases: [],
};
const comparison = compare(mini, next, way);
const pinOf = pinPlaceIn(
  'upstream-pins.json',
  `{\n  "pins": [\n    { "commit": "${mini.target.commit}" }\n  ]\n}\n`,
);

const refusal = {
  id: 'vllm/sm100-lists',
  title: '12.x in the list of SM100 kernels',
  why: 'It traps.',
  instead: 'leave it',
};
const noted = {
  ...mini,
  advice: 'on CUDA 13.0, --arch 12.0f needs no CMake edit',
  warnings: [{ refusal, traces: [{ path: 'CMakeLists.txt', offset: 0, line: 7 }] }] as never,
  proof: {
    formatVersion: 1 as const,
    target: mini.target,
    build: mini.build,
    key: { tree: '', tool: '0.0.0' },
    date: '2026-03-01T10:00:00Z',
    rungs: [
      { stage: 'parse', state: 'passed' as const },
      { stage: 'compile', state: 'failed' as const, reason: 'ptxas: no such instruction' },
      { stage: 'gpu', state: 'not run' as const, reason: 'no device' },
    ],
  },
};
const stale = { ...noted, proof: { ...noted.proof, stale: 'the edits are other ones now' } };

describe('golden files', () => {
  it.each([
    ['status.md', statusMarkdown([mini, next])],
    ['diff.md', diffMarkdown([mini])],
    ['status.json', `${JSON.stringify(statusDocument(mini), null, 2)}\n`],
    ['drifted.sarif', sarif([mini, next], '0.0.0', pinOf)],
    ['drifted.annotations', annotations([mini, next], pinOf)],
    ['notes.md', statusMarkdown([noted, stale])],
    ['notes.sarif', sarif([noted, stale], '0.0.0', pinOf)],
    ['notes.annotations', annotations([noted, stale], pinOf)],
    ['comparison.txt', comparisonText(comparison, false)],
    ['comparison.md', comparisonMarkdown(comparison)],
    ['comparison.diff', editsDiff(comparison)],
    ['matrix.txt', matrixText([mini, next], false, true)],
    ['matrix.md', matrixMarkdown([mini, next])],
  ])('%s', async (name, text) => {
    await expect(text).toMatchFileSnapshot(golden(name));
  });
});

describe('diffMarkdown', () => {
  it('starts with the mark by which the comment is found again, and says the same for the same input', async () => {
    expect(diffMarkdown([mini]).startsWith(`${COMMENT_MARK}\n`)).toBe(true);
    expect(diffMarkdown([await embeddedReview()])).toBe(diffMarkdown([mini]));
  });

  it.each([COMMENT_LIMIT, 6000, 3000, 900])('keeps within %i characters', (limit) => {
    const text = diffMarkdown([mini], limit);
    expect(text.length).toBeLessThanOrEqual(limit);
    expect(text.split('<details>').length).toBe(text.split('</details>').length);
  });

  it('names the command for a diff that it leaves out', () => {
    const text = diffMarkdown([mini], 6000);
    expect(text).toMatch(/too long for a comment: `dgx-patch diff --target vllm@mini --only vllm\/\S+`/);
  });

  it('cannot be broken out of by a diff with fences in it', () => {
    const [fix] = mini.fixes;
    const hostile = { ...mini, fixes: [{ ...fix!, patch: '+```\n+</details><h1>hello\n' }] };
    expect(diffMarkdown([hostile])).toContain('\n````diff\n+```\n');
  });
});
