import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Failure } from '../failure.js';
import type { Proof, ProofState } from '../judge/proved.js';
import type { Review } from '../judge/review.js';
import { hashOf } from '../verify/proof.js';

/** As much of a proof (`verify --json`) as reports show. */
const proofSchema = z.object({
  formatVersion: z.literal(1),
  target: z.object({ project: z.string(), revision: z.string(), commit: z.string() }),
  build: z.object({ cuda: z.string(), arch: z.string() }),
  key: z.object({ tree: z.string(), tool: z.string() }),
  date: z.string(),
  rungs: z.array(
    z.object({
      stage: z.string(),
      state: z.enum(['passed', 'failed', 'not run']),
      reason: z.string().optional(),
    }),
  ),
});

/** Proofs of a file that `verify --json` wrote: one, or a list. */
export async function readProofs(files: readonly string[]): Promise<Proof[]> {
  const lists = await Promise.all(
    files.map(async (file) => {
      try {
        const data: unknown = JSON.parse(await readFile(file, 'utf8'));
        return z.array(proofSchema).parse(Array.isArray(data) ? data : [data]);
      } catch (cause) {
        throw new Failure('usage', `${file} is not a proof of this version`, {
          next: 'make one: dgx-patch verify --target … --json > proof.json',
          cause,
        });
      }
    }),
  );
  return lists.flat();
}

function staleness(proof: Proof, review: Review, tool: string): string | undefined {
  if (proof.target.commit !== review.target.commit)
    return `it is of commit ${proof.target.commit.slice(0, 12)}`;
  if (proof.build.cuda !== review.build.cuda || proof.build.arch !== review.build.arch) {
    return `it is for CUDA ${proof.build.cuda}, arch ${proof.build.arch}`;
  }
  const edited = review.edited.map(({ path, after }) => ({ path, text: after }));
  if (proof.key.tree !== hashOf(review.target.commit, edited)) return 'the edits are other ones now';
  return proof.key.tool === tool ? undefined : `dgx-patch ${proof.key.tool} made it`;
}

/** The proof of a target among those at hand: one that holds, else the last one of that revision, stale. */
export function proofOf(review: Review, proofs: readonly Proof[], tool: string): ProofState | undefined {
  const { project, revision, commit } = review.target;
  const own = proofs
    .filter(
      ({ target }) =>
        target.project === project && (target.commit === commit || target.revision === revision),
    )
    .map((proof) => {
      const stale = staleness(proof, review, tool);
      return stale === undefined ? proof : { ...proof, stale };
    });
  return own.find((proof) => !('stale' in proof)) ?? own.at(-1);
}
