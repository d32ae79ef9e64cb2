import { createHash } from 'node:crypto';

/** The object id that git gives a blob. */
export function blobId(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
