import { EXIT } from '../failure.js';

/** The outcomes of one codemod on one target. */
export const VERDICTS = [
  'needed',
  'applied',
  'upstreamed',
  'not-applicable',
  'drifted',
  'conflicting',
  'refused',
] as const;

/** No verdict: the source is past a limit of ours. It stops `apply` as drift does, with exit code 3. */
export const UNJUDGED = 'unjudged';

export type Verdict = (typeof VERDICTS)[number] | typeof UNJUDGED;

/** Verdicts that stop `apply`. */
export const BLOCKING: ReadonlySet<Verdict> = new Set(['drifted', 'conflicting', 'refused', UNJUDGED]);

/** The exit code that verdicts end a command with. */
export function exitOf(outcomes: readonly { readonly verdict: Verdict }[]): number {
  if (outcomes.some(({ verdict }) => verdict === UNJUDGED)) return EXIT.unavailable;
  return outcomes.some(({ verdict }) => BLOCKING.has(verdict)) ? EXIT.blocked : EXIT.done;
}
