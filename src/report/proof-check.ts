import { z } from 'zod';
import type { Review } from '../judge/review.js';
import { hashOf } from '../verify/proof.js';
import { STAGES } from '../verify/rung.js';

const state = z.enum(['passed', 'failed', 'not run']);
const check = z.object({
  what: z.string(),
  state,
  detail: z.string().optional(),
  facts: z.record(z.string(), z.unknown()).optional(),
});
const rung = z.object({
  stage: z.enum(STAGES),
  state,
  reason: z.string().optional(),
  seconds: z.number().nonnegative(),
  checks: z.array(check),
});
const proof = z.object({
  formatVersion: z.literal(1),
  target: z.object({ project: z.string(), revision: z.string(), commit: z.string().regex(/^[0-9a-f]{40}$/) }),
  build: z.object({ cuda: z.string(), arch: z.string() }),
  archs: z.array(z.string()),
  key: z.object({ tree: z.string().regex(/^[0-9a-f]{64}$/), tool: z.string(), compiler: z.string() }),
  date: z.iso.datetime(),
  machine: z.object({ processor: z.string(), device: z.string().optional() }),
  state,
  rungs: z.array(rung).min(1),
});

/** A whole proof, as `verify --json` writes it. */
export type WholeProof = z.infer<typeof proof>;

/** Reads a proof; what is not one throws with the field that is wrong. */
export function readWholeProof(text: string): WholeProof {
  const result = proof.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new Error(`${issue.path.join('.') || '(top)'}: ${issue.message}`);
}

/** What tells whose machine it was. */
const PRIVATE: readonly (readonly [RegExp, string])[] = [
  [/(?:^|[\s"'=(:])(\/(?:home|root|Users|mnt|media|srv|var|tmp|work|data|private)\/[^\s"']*)/, 'a path'],
  [/\b(GPU-[0-9a-f]{8}-[0-9a-f-]+)\b/i, 'the serial number of a device'],
  [/\b([\w.+-]+@[\w-]+\.[a-z]{2,})\b/i, 'an address'],
  [/\b((?:\d{1,3}\.){3}\d{1,3})\b/, 'a network address'],
];

function privateText(value: unknown, at: string): string[] {
  if (typeof value === 'string') {
    return PRIVATE.flatMap(([pattern, what]) => {
      const found = pattern.exec(value)?.[1];
      return found === undefined ? [] : [`${at} holds ${what}: ${found}`];
    });
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => privateText(one, at === '' ? key : `${at}.${key}`));
}

/** States that do not follow from what they stand over. */
function contradictions({ state: whole, rungs }: WholeProof): string[] {
  const of = (states: readonly string[]): string =>
    states.includes('failed') ? 'failed' : states.includes('passed') ? 'passed' : 'not run';
  const wrong = rungs.filter(
    ({ state: own, checks }) => checks.length > 0 && own !== of(checks.map((one) => one.state)),
  );
  return [
    ...wrong.map(({ stage, state: own }) => `the rung ${stage} says ${own}, and its checks do not`),
    ...(whole === of(rungs.map((one) => one.state)) ? [] : [`it says ${whole}, and its rungs do not`]),
  ];
}

/** Why a proof cannot be taken: empty where it can. `review` is of the same commit and build, judged now. */
export function problemsOf(given: WholeProof, review: Review): string[] {
  const edited = review.edited.map(({ path, after }) => ({ path, text: after }));
  const same = given.key.tree === hashOf(review.target.commit, edited);
  return [
    ...privateText(given, ''),
    ...contradictions(given),
    ...(same
      ? []
      : ['its tree is not the one that these fixes make: another dgx-patch, or other --skip and --option']),
  ];
}

/** What a proof says that none of the known ones says of the same commit. */
export function newsOf(given: WholeProof, known: readonly WholeProof[]): string[] {
  const { device } = given.machine;
  const same = known.filter(({ target }) => target.commit === given.target.commit);
  const news: string[] = [];
  if (device && !known.some(({ machine }) => machine.device === device)) news.push(`the first on ${device}`);
  if (same.length === 0) news.push(`the first of ${given.target.project}@${given.target.revision}`);
  for (const { stage, state: own } of given.rungs) {
    if (own === 'not run') continue;
    const before = same
      .filter(({ key, machine }) => key.tree === given.key.tree && machine.device === device)
      .flatMap(({ rungs }) => rungs.filter((one) => one.stage === stage && one.state !== 'not run'));
    if (before.length === 0) news.push(`${stage} ${own}${device ? ` on ${device}` : ''}`);
    else if (before.every((one) => one.state !== own))
      news.push(`${stage} ${own}, and was ${before[0]!.state}`);
  }
  return news;
}
