import type { Outcome } from '../codemod/types.js';
import { BLOCKING } from '../codemod/verdict.js';
import type { ProofState } from '../judge/proved.js';
import type { Judged } from '../judge/review.js';
import { reasonOf } from './document.js';

export interface Place {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/** The kind of a finding, told once however many there are. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly help: string;
}

/** Something that a reviewer must look at. */
export interface Finding {
  readonly rule: Rule;
  readonly level: 'error' | 'warning';
  /** A verdict, `harmful edit`, `stale proof` or `failed proof`. */
  readonly kind: string;
  readonly message: string;
  /** Upstream, where it has a place there. */
  readonly places: readonly Place[];
}

const PROOF: Rule = {
  id: 'dgx-patch/proof',
  title: 'A proof of the patched tree',
  about: 'dgx-patch verify shows that the patched tree is right, for one commit, build and set of edits.',
  help: 'Prove it again: dgx-patch verify.',
};

/** The sites that a verdict is about: those that are not understood, or else the first ones. */
function placesOf({ sites }: Outcome): readonly Place[] {
  const unknown = sites.filter(({ state }) => state === 'unknown');
  return unknown.length > 0 ? unknown : sites.slice(0, 10);
}

function ofOutcome(outcome: Outcome): Finding {
  const { id, title, why, retire, references } = outcome.codemod;
  const help = [...references.map(({ ref, note }) => `${ref}: ${note}`), `It can retire ${retire}.`].join(
    '\n',
  );
  return {
    rule: { id, title, about: why, help },
    level: 'error',
    kind: outcome.verdict,
    message: reasonOf(outcome),
    places: placesOf(outcome),
  };
}

function ofProof({ stale, date, rungs }: ProofState): Finding[] {
  const failed = rungs
    .filter(({ state }) => state === 'failed')
    .map(({ stage, reason }) => `${stage}: ${reason ?? 'failed'}`);
  if (stale !== undefined) {
    return [
      {
        rule: PROOF,
        level: 'warning',
        kind: 'stale proof',
        message: `the proof of ${date}: ${stale}`,
        places: [],
      },
    ];
  }
  if (failed.length === 0) return [];
  return [{ rule: PROOF, level: 'error', kind: 'failed proof', message: failed.join('; '), places: [] }];
}

/** What blocks, harmful edits that the tree carries already, and proofs that failed or hold no more. */
export function findingsOf(judged: Judged): Finding[] {
  const { outcomes, warnings = [], proof } = judged;
  return [
    ...outcomes.filter(({ verdict }) => BLOCKING.has(verdict)).map(ofOutcome),
    ...warnings.map(({ refusal: { id, title, why, instead }, traces }) => ({
      rule: { id, title, about: why, help: `Instead: ${instead}.` },
      level: 'warning' as const,
      kind: 'harmful edit',
      message: `${title}. Instead: ${instead}`,
      places: traces.map(({ path, line }) => ({ path, line, what: title })),
    })),
    ...(proof ? ofProof(proof) : []),
  ];
}
