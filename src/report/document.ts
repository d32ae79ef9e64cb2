import type { Effect } from '../codemod/effect.js';
import type { Warning } from '../codemod/refusal.js';
import type { Judged } from '../judge/review.js';
import type { Build } from '../source/build.js';
import { headline } from './headline.js';

/** The document that `--json` prints for one target; its JSON Schema is schemas/status.schema.json. */
export interface StatusDocument {
  readonly target: { readonly project: string; readonly revision: string; readonly commit: string };
  readonly build: Build;
  /** Why this arch, where nobody named one. */
  readonly chosen?: string;
  /** What the fixes come to, in one sentence. */
  readonly headline?: string;
  readonly fixes: readonly {
    readonly id: string;
    readonly verdict: string;
    /** What comes of leaving it, where its sites are wrong or may be. */
    readonly effect?: Effect;
    readonly reason: string;
    readonly sites: readonly { readonly path: string; readonly line: number; readonly state: string }[];
    readonly evidence: readonly {
      readonly kind: string;
      readonly ref: string;
      readonly date?: string;
      readonly note: string;
    }[];
  }[];
  /** Which arch to choose, where the evaluation supports it. */
  readonly advice?: string;
  /** Edits known to be harmful that the tree carries already. */
  readonly warnings?: readonly {
    readonly id: string;
    readonly title: string;
    readonly why: string;
    readonly instead: string;
    readonly places: readonly { readonly path: string; readonly line: number }[];
  }[];
}

function described({ refusal, traces }: Warning): NonNullable<StatusDocument['warnings']>[number] {
  const { id, title, why, instead } = refusal;
  return { id, title, why, instead, places: traces.map(({ path, line }) => ({ path, line })) };
}

export function statusDocument(judged: Judged): StatusDocument {
  const { target, build, chosen, outcomes, advice, warnings = [] } = judged;
  const said = headline(judged);
  return {
    target: { project: target.project, revision: target.revision, commit: target.commit },
    build,
    ...(chosen === undefined ? {} : { chosen }),
    ...(said === undefined ? {} : { headline: said }),
    fixes: outcomes.map((outcome) => ({
      id: outcome.codemod.id,
      verdict: outcome.verdict,
      ...(outcome.effect ? { effect: outcome.effect } : {}),
      reason: outcome.reason,
      sites: outcome.sites.map(({ path, line, state }) => ({ path, line, state })),
      evidence: [...outcome.evidence],
    })),
    ...(advice === undefined ? {} : { advice }),
    ...(warnings.length === 0 ? {} : { warnings: warnings.map(described) }),
  };
}
