import type { Effect } from '../codemod/effect.js';
import { isIdle } from '../codemod/effect-of.js';
import type { Outcome } from '../codemod/types.js';
import { BLOCKING } from '../codemod/verdict.js';
import type { ProofState } from '../judge/proved.js';
import type { Judged } from '../judge/review.js';
import { effectText, reasonOf } from './effects.js';

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
  readonly level: 'error' | 'warning' | 'note';
  /** A verdict, `harmful edit`, `stale proof` or `failed proof`. */
  readonly kind: string;
  readonly message: string;
  /** What comes of it on GB10, where it is a fix's. */
  readonly effect?: Effect;
  /** Upstream, where it has a place there. */
  readonly places: readonly Place[];
}

const PROOF: Rule = {
  id: 'dgx-patch/proof',
  title: 'A proof of the patched tree',
  about: 'dgx-patch verify shows that the patched tree is right, for one commit, build and set of edits.',
  help: 'Prove it again: dgx-patch verify.',
};

/** The sites that a verdict is about: those that are not understood, or are wrong, or else the first ones. */
function placesOf({ sites }: Outcome): readonly Place[] {
  const unknown = sites.filter(({ state }) => state === 'unknown');
  const wrong = sites.filter(({ state }) => state === 'wrong');
  return unknown.length > 0 ? unknown : (wrong.length > 0 ? wrong : sites).slice(0, 10);
}

function ofOutcome(outcome: Outcome): Finding {
  const { id, title, why, retire, references } = outcome.codemod;
  const help = [...references.map(({ ref, note }) => `${ref}: ${note}`), `It can retire ${retire}.`].join(
    '\n',
  );
  return {
    rule: { id, title, about: why, help },
    level: BLOCKING.has(outcome.verdict) ? 'error' : 'note',
    kind: outcome.verdict,
    message: [effectText(outcome.effect), reasonOf(outcome)].filter((text) => text !== '').join('. '),
    ...(outcome.effect ? { effect: outcome.effect } : {}),
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

/** What blocks, what is needed and has an effect, harmful edits of the tree's, and proofs that no more hold. */
export function findingsOf(judged: Judged): Finding[] {
  const { outcomes, warnings = [], proof } = judged;
  return [
    ...outcomes.filter(({ verdict }) => BLOCKING.has(verdict)).map(ofOutcome),
    ...outcomes.filter((one) => one.verdict === 'needed' && one.effect && !isIdle(one)).map(ofOutcome),
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
