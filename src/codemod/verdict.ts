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

export type Verdict = (typeof VERDICTS)[number];

/** Verdicts that stop `apply` and end a command with exit code 1. */
export const BLOCKING: ReadonlySet<Verdict> = new Set(['drifted', 'conflicting', 'refused']);
