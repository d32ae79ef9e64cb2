import { CODEMODS } from '../../codemods/registry.js';
import type { Outcome } from '../../src/codemod/types.js';
import { judgeTree } from '../../src/judge/judge.js';
import { type Review, reviewOf } from '../../src/judge/review.js';
import { FolderTree } from '../../src/tree/folder-tree.js';

export const BUILD = { cuda: '13.0', arch: '12.1a' };
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** The fixes whose verdicts on the embedded tree the reports are tested with. */
export const SHOWN = ['vllm/software-e2m1', 'vllm/mtp-exclusion', 'vllm/qwen3-next-prefix'];

const embedded = new FolderTree(new URL('../../fixtures/trees/mini-vllm', import.meta.url).pathname);
const tree = Object.assign(embedded, { entries: async () => new Map<string, { mode: string }>() });

/** The embedded tree's review, with outcomes changed as a test wants them. */
export async function embeddedReview(
  revision = 'mini',
  change: (outcome: Outcome) => Outcome = (outcome) => outcome,
): Promise<Review> {
  const codemods = CODEMODS.filter(({ id }) => SHOWN.includes(id));
  const outcomes = (await judgeTree(tree, codemods, BUILD, {}, { effects: true })).map(change);
  const target = { project: 'vllm', revision, commit: COMMIT };
  return reviewOf({ target, build: BUILD, outcomes, full: true }, tree);
}

/** The same, with one fix drifted at two of its sites. */
export function driftedReview(id = 'vllm/software-e2m1'): Promise<Review> {
  return embeddedReview('next', (outcome) =>
    outcome.codemod.id === id
      ? {
          ...outcome,
          verdict: 'drifted',
          reason: 'a shape that is not known: a | b <c>',
          edits: [],
          sites: outcome.sites.map((site) => ({ ...site, state: 'unknown' as const })),
        }
      : outcome,
  );
}

/** A review of another project, with one fix of its own. */
export async function otherProject(): Promise<Review> {
  const review = await embeddedReview('v0.9.1');
  const [first] = review.fixes;
  const codemod = { ...first!.outcome.codemod, id: 'flashinfer/mini-fix', project: 'flashinfer' as const };
  const outcome = { ...first!.outcome, codemod };
  return {
    ...review,
    target: { ...review.target, project: 'flashinfer' },
    outcomes: [outcome],
    fixes: [{ ...first!, outcome }],
  };
}
