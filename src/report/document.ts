import type { Warning } from '../codemod/refusal.js';
import type { Outcome } from '../codemod/types.js';
import type { Judged } from '../judge/review.js';
import type { Build } from '../source/build.js';

/** The document that `--json` prints for one target; its JSON Schema is schemas/status.schema.json. */
export interface StatusDocument {
  readonly target: { readonly project: string; readonly revision: string; readonly commit: string };
  readonly build: Build;
  readonly fixes: readonly {
    readonly id: string;
    readonly verdict: string;
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

/** The reason, and where the fix has no effect at this build, that too. */
export function reasonOf({ reason, idle }: Outcome): string {
  return idle === undefined ? reason : `${reason}; no effect at this build: ${idle}`;
}

function described({ refusal, traces }: Warning): NonNullable<StatusDocument['warnings']>[number] {
  const { id, title, why, instead } = refusal;
  return { id, title, why, instead, places: traces.map(({ path, line }) => ({ path, line })) };
}

export function statusDocument({ target, build, outcomes, advice, warnings = [] }: Judged): StatusDocument {
  return {
    target: { project: target.project, revision: target.revision, commit: target.commit },
    build,
    fixes: outcomes.map((outcome) => ({
      id: outcome.codemod.id,
      verdict: outcome.verdict,
      reason: reasonOf(outcome),
      sites: outcome.sites.map(({ path, line, state }) => ({ path, line, state })),
      evidence: [...outcome.evidence],
    })),
    ...(advice === undefined ? {} : { advice }),
    ...(warnings.length === 0 ? {} : { warnings: warnings.map(described) }),
  };
}
