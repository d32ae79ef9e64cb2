import type { Build, Outcome } from '../codemod/types.js';

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
}

export interface Judged {
  readonly target: StatusDocument['target'];
  readonly build: Build;
  readonly outcomes: readonly Outcome[];
}

export function statusDocument({ target, build, outcomes }: Judged): StatusDocument {
  return {
    target: { project: target.project, revision: target.revision, commit: target.commit },
    build,
    fixes: outcomes.map(({ codemod, verdict, reason, sites, evidence }) => ({
      id: codemod.id,
      verdict,
      reason,
      sites: sites.map(({ path, line, state }) => ({ path, line, state })),
      evidence: [...evidence],
    })),
  };
}
