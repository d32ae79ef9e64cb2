import { type EditedFile, editedFiles } from '../codemod/plan.js';
import type { Outcome, SourceTree } from '../codemod/types.js';
import type { Judged } from './document.js';
import { patch } from './patch.js';

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
  /** The files with all edits made. */
  readonly edited: readonly EditedFile[];
  /** All edits together, in bytes. */
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
  const edited = await editedFiles(judged.outcomes, read);
  return { ...judged, fixes, edited, patch: patch(edited, modeOf) };
}

/** Bytes as people read them. */
export function decoded(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
