import { commitMessage } from '../apply/messages.js';
import type { Outcome } from '../codemod/types.js';
import { patch } from '../patch/write.js';
import type { Edit } from '../source/edits.js';
import { applyEdits, byPath } from '../source/edits.js';
import type { SourceTree } from '../source/tree.js';

/** One fix as a patch on top of the ones before it. */
export interface FixPatch {
  readonly outcome: Outcome;
  /** `0001-vllm-software-e2m1.patch`. */
  readonly file: string;
  /** The message of the commit that `apply` makes for it. */
  readonly message: string;
  /** Unified diff, in bytes (latin-1). */
  readonly diff: string;
}

/** The needed fixes in the order in which `apply` commits them, each on top of those before it. */
export async function fixPatches(
  outcomes: readonly Outcome[],
  tree: SourceTree,
  modeOf: (path: string) => string | undefined,
): Promise<FixPatch[]> {
  const needed = outcomes.filter(({ verdict }) => verdict === 'needed');
  const made: Edit[] = [];
  const patches: FixPatch[] = [];
  for (const [index, outcome] of needed.entries()) {
    const earlier = byPath(made);
    made.push(...outcome.edits);
    const now = byPath(made);
    const files = await Promise.all(
      [...byPath(outcome.edits).keys()].sort().map(async (path) => {
        const original = (await tree.read(path))?.text;
        const before = earlier.has(path) ? applyEdits(original ?? '', earlier.get(path)!) : original;
        return { path, before, after: applyEdits(original ?? '', now.get(path)!) };
      }),
    );
    patches.push({
      outcome,
      file: `${String(index + 1).padStart(4, '0')}-${outcome.codemod.id.replace(/[^A-Za-z0-9]+/g, '-')}.patch`,
      message: commitMessage(outcome),
      diff: patch(files, modeOf),
    });
  }
  return patches;
}
