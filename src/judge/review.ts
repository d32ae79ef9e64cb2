import { carriedOut } from '../codemod/effect-of.js';
import { editedFiles } from '../codemod/plan.js';
import type { Warning } from '../codemod/refusal.js';
import type { Outcome } from '../codemod/types.js';
import { patch } from '../patch/write.js';
import type { Build } from '../source/build.js';
import type { EditedFile } from '../source/edits.js';
import type { SourceTree } from '../source/tree.js';
import type { ProofState } from './proved.js';

/** All outcomes of one target. */
export interface Judged {
  readonly target: { readonly project: string; readonly revision: string; readonly commit: string };
  readonly build: Build;
  /** Why this arch, where nobody named one. */
  readonly chosen?: string;
  readonly outcomes: readonly Outcome[];
  /** True where fixes without effect at the build are carried out as well. */
  readonly full?: boolean;
  readonly advice?: string | undefined;
  readonly warnings?: readonly Warning[];
  readonly proof?: ProofState | undefined;
}

/** The outcomes that are carried out. */
export function toDo({ outcomes, full = false }: Pick<Judged, 'outcomes' | 'full'>): readonly Outcome[] {
  return carriedOut(outcomes, full);
}

/** A fix on a target, with what it would change there by itself. */
export interface FixReview {
  readonly outcome: Outcome;
  /** Its edits alone as a unified patch, in bytes (latin-1); empty where it edits nothing. */
  readonly patch: string;
  readonly paths: readonly string[];
}

/** What reports on changes are made of. */
export interface Review extends Judged {
  readonly fixes: readonly FixReview[];
  /** The files with all edits made that are carried out. */
  readonly edited: readonly EditedFile[];
  /** Those edits together, in bytes. */
  readonly patch: string;
}

interface ReviewedTree extends SourceTree {
  entries(): Promise<ReadonlyMap<string, { readonly mode: string }>>;
}

export async function reviewOf(judged: Judged, tree: ReviewedTree): Promise<Review> {
  const entries = await tree.entries();
  const read = (path: string) => tree.read(path);
  const modeOf = (path: string) => entries.get(path)?.mode;
  const fixes = await Promise.all(
    judged.outcomes.map(async (outcome) => {
      const files = await editedFiles([outcome], read);
      return { outcome, patch: patch(files, modeOf), paths: files.map(({ path }) => path) };
    }),
  );
  const edited = await editedFiles(toDo(judged), read);
  return { ...judged, fixes, edited, patch: patch(edited, modeOf) };
}
