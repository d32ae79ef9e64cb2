import type { Change, Timeline } from '../../src/history/timeline.js';

export const FIX = 'vllm/first';
export const OTHER = 'vllm/second';

const DAY = 86_400;
const BEGIN = Date.parse('2026-01-01T00:00:00Z') / 1000;
const idOf = (at: number): string =>
  String(at + 10)
    .repeat(20)
    .slice(0, 40);
const dateOf = (at: number): string => new Date((BEGIN + (at + 1) * DAY) * 1000).toISOString().slice(0, 10);

function change(
  at: number,
  verdict: Change['verdict'],
  subject: string,
  edit = '',
  reason = `${verdict} | <b>`,
): Change {
  const commit = { commit: idOf(at), date: dateOf(at), subject };
  return {
    at,
    verdict,
    reason,
    sites: 1,
    edit,
    commit,
    paths: at < 0 ? [] : ['src/a.py'],
  };
}

const FIRST = [
  change(-1, 'not-applicable', 'Begin'),
  change(1, 'needed', 'Break <it> (#11)', 'x'),
  change(20, 'needed', 'Move | it (#12)', 'y', 'needed elsewhere'),
  change(40, 'upstreamed', 'Mend it (#13)'),
  change(60, 'needed', 'Break it again', 'y'),
  change(70, 'drifted', 'Write it anew'),
  change(80, 'upstreamed', 'Mend it for good (#14)'),
];
const SECOND = [change(-1, 'needed', 'Begin', 'z')];

const stateOf = (changes: readonly Change[], at: number): Change => changes.findLast((one) => one.at <= at)!;

/** A hundred commits, two fixes, and three releases, two of which are a day apart. */
export const timeline: Timeline = {
  project: 'vllm',
  build: { cuda: '13.0', arch: '12.1a' },
  start: { commit: idOf(-1), date: dateOf(-1), subject: 'Begin' },
  steps: Array.from({ length: 100 }, (_, at) => [idOf(at), BEGIN + (at + 1) * DAY]),
  fixes: { [FIX]: FIRST, [OTHER]: SECOND },
  releases: [
    ['v1.0.0', 10],
    ['v1.0.1', 11],
    ['v2.0.0', 90],
  ].map(([name, at]) => ({
    name: name as string,
    commit: idOf(at as number),
    date: dateOf(at as number),
    at: at as number,
    states: { [FIX]: stateOf(FIRST, at as number), [OTHER]: stateOf(SECOND, at as number) },
  })),
};
