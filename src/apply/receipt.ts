import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../failure.js';
import { realDisk } from './disk.js';
import { buildField, commitId, fileSum, targetField, treePath } from './fields.js';
import type { TreeRoot } from './tree-root.js';

export const receiptSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** Names the transaction that wrote it. */
  id: z.string(),
  tool: z.string(),
  target: targetField,
  build: buildField,
  fixes: z.array(
    z.strictObject({
      id: z.string().regex(/^[\w.-]+(?:\/[\w.-]+)*$/),
      /** Written up to 0.1.0. */
      version: z.number().optional(),
      /** Of a fix of one's own. */
      digest: z.string().optional(),
      options: z.record(z.string(), z.string()).optional(),
      /** The commit that holds it, where commits were made. */
      commit: commitId.optional(),
    }),
  ),
  /** Every file that was written; `before` is null for a new one. Backups lie in `backup/<sha256>`. */
  files: z.array(z.strictObject({ path: treePath, before: fileSum.nullable(), after: fileSum })),
  /** HEAD before and after, where commits were made. */
  base: commitId.optional(),
  head: commitId.optional(),
});

export type Receipt = z.infer<typeof receiptSchema>;

export const receiptPath = (root: TreeRoot): string => join(root.state, 'receipt.json');
export const backupPath = (root: TreeRoot, sum: string): string => join(root.state, 'backup', sum);

/** The receipt of a tree, or undefined where nothing of ours was applied. */
export async function readReceipt(root: TreeRoot): Promise<Receipt | undefined> {
  const text = await realDisk.read(receiptPath(root));
  if (text === undefined) return undefined;
  try {
    return receiptSchema.parse(JSON.parse(Buffer.from(text, 'latin1').toString('utf8')));
  } catch (cause) {
    throw new Failure('tree', `the receipt ${receiptPath(root)} is not one that this version reads`, {
      why: 'it was written by another version of dgx-patch, or damaged',
      next: 'use the version that wrote it, or start from a fresh checkout',
      cause,
    });
  }
}
