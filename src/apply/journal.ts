import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../failure.js';
import { commitId, fileSum, treePath } from './fields.js';
import type { TreeRoot } from './tree-root.js';

export const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');

const journalSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** Names the transaction; the receipt that it leaves carries it too. */
  id: z.uuid(),
  files: z.array(
    z.strictObject({
      path: treePath,
      /** Null where there was, or will be, no file. */
      before: fileSum.nullable(),
      after: fileSum.nullable(),
      /** Permissions alone: never set-user-id and its kin. */
      mode: z.int().transform((mode) => mode & 0o777),
    }),
  ),
  head: z.strictObject({ from: commitId, to: commitId }).optional(),
  /** Bytes of the receipt before, so that a broken revert keeps it. */
  receiptBefore: z.string().nullable(),
});

/** What a transaction is about to do, written before it does it. */
export type Journal = z.infer<typeof journalSchema>;

export const journalPath = (root: TreeRoot): string => join(root.state, 'journal.json');

/** Reads a journal's bytes. One that does not fit is a `tree` Failure: nothing of it is believed. */
export function parseJournal(root: TreeRoot, text: string): Journal {
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure('tree', `the journal ${journalPath(root)} is not one that this version reads`, {
      why: 'another version of dgx-patch was interrupted here, or the file was damaged or made by somebody else',
      next: root.isGit
        ? `look at git -C ${root.dir} status, put the files right, then remove that journal`
        : 'reinstall the package, or put its files right and remove that journal',
      cause,
    });
  }
}
