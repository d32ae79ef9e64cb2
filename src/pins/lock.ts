import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Failure } from '../failure.js';

const blob = z.string().regex(/^[0-9a-f]{40}$/, 'a blob id of 40 hexadecimal digits');

const lockedPin = z.strictObject({
  commit: z.string(),
  files: z
    .record(
      z.string(),
      z.strictObject({ before: blob.nullable().describe('null for a new file'), after: blob }),
    )
    .describe('every file that the fixes touch, with its blob id before and after'),
});

/** The schema of `upstream-pins.lock.json`, by `project@name`. */
export const lockSchema = z.strictObject({
  $schema: z.string().optional(),
  formatVersion: z.literal(1),
  pins: z.record(z.string(), lockedPin),
});

export type Lock = z.infer<typeof lockSchema>;
export type LockedPin = Lock['pins'][string];

/** `upstream-pins.json` → `upstream-pins.lock.json`. */
export function lockPath(pinsFile: string): string {
  return pinsFile.replace(/(?:\.json)?$/, '.lock.json');
}

/** The lock beside a pins file; an empty one where there is none yet. */
export async function readLock(file: string): Promise<Lock> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined)
    return { $schema: './schemas/upstream-pins.lock.schema.json', formatVersion: 1, pins: {} };
  try {
    return lockSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure('usage', `${file} is not a lock file of this version`, {
      next: 'make it anew: delete it, then dgx-patch pins update',
      cause,
    });
  }
}
