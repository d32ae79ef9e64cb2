import type { Outcome } from '../codemod/types.js';
import type { Judged } from '../judge/review.js';
import { groupOf } from './effects.js';

const fixes = (count: number): string => `${count} ${count === 1 ? 'fix' : 'fixes'}`;
const verb = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** Whom fixes concern, each once; a count where that is more than a line should hold. */
function concernsOf(outcomes: readonly Outcome[]): string {
  const named = [...new Set(outcomes.map(({ effect }) => effect?.concerns ?? 'every GB10 build'))];
  return named.length <= 2 ? named.join(' and for ') : 'some models or settings, named below';
}

/**
 * What a reader needs to know, in one sentence: whether anything stops a build for GB10, whom the other fixes
 * concern, and what may be left. Undefined where effects were not asked for.
 */
export function headline({ build, outcomes }: Judged): string | undefined {
  const needed = outcomes.filter(({ verdict }) => verdict === 'needed');
  if (needed.some(({ effect }) => effect === undefined)) return undefined;
  const of = (...groups: string[]): Outcome[] => outcomes.filter((one) => groups.includes(groupOf(one)));
  const serious = of('stops', 'wrong');
  const all = serious.filter(({ effect }) => effect?.kind === 'stops' && effect.concerns === undefined);
  const some = serious.filter((outcome) => !all.includes(outcome));
  const [blocked, slow, idle] = [of('blocks').length, of('slow').length, of('none').length];
  const at = `at ${build.arch}`;
  const parts = [
    ...(blocked > 0 ? [`${fixes(blocked)} cannot be judged or done`] : []),
    all.length > 0
      ? `${fixes(all.length)} without which a GB10 build ${at} does not work`
      : blocked > 0
        ? `nothing else here stops a GB10 build ${at}`
        : `nothing here stops a GB10 build ${at}`,
    ...(some.length > 0
      ? [`${fixes(some.length)} ${some.length === 1 ? 'matters' : 'matter'} for ${concernsOf(some)}`]
      : []),
    ...(slow > 0 ? [verb(slow, 'is speed', 'are speed')] : []),
    ...(idle > 0 ? [verb(idle, 'has no effect at this build', 'have no effect at this build')] : []),
  ];
  return needed.length === 0 && blocked === 0
    ? `nothing here is needed for a GB10 build ${at}`
    : parts.join('; ');
}
