import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { SKIPPED } from '../tree/folder-tree.js';

/** As a judge reads: neither through a link, nor waiting for a pipe. */
const PLAIN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const ABSENT = new Set(['ENOENT', 'ENOTDIR']);
/** Bytes at a time: more than most sources have. */
const PIECE = 1 << 20;

/**
 * The bytes of a package at the start of a container. All through one buffer, and one file after the other: of a
 * thousand small files that are in memory already, most of the time would go into what is asked for at once.
 */
export class Sums {
  readonly #piece = Buffer.allocUnsafe(PIECE);

  /** sha256 of a file, null where there is none, undefined where something else is there or it cannot be read. */
  of(path: string): string | null | undefined {
    let file: number;
    try {
      file = openSync(path, PLAIN);
    } catch (error) {
      return ABSENT.has((error as NodeJS.ErrnoException).code ?? '') ? null : undefined;
    }
    try {
      if (!fstatSync(file).isFile()) return undefined;
      const sum = createHash('sha256');
      for (let size = PIECE; size > 0; ) {
        size = readSync(file, this.#piece);
        sum.update(this.#piece.subarray(0, size));
      }
      return sum.digest('hex');
    } catch {
      return undefined;
    } finally {
      closeSync(file);
    }
  }
}

/** Names a list of files, whatever their order. Python adds bytecode as it likes. */
export function sumOfPaths(paths: Iterable<string>): string {
  const sources = [...new Set(paths)].filter((path) => !path.endsWith('.pyc')).sort();
  return createHash('sha256').update(sources.join('\0'), 'utf8').digest('hex');
}

/** All files below a folder, as a judge is told of them, with `prefix` before their paths. */
export function filesBelow(dir: string, prefix: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory() && !SKIPPED.has(entry.name))
      return filesBelow(join(dir, entry.name), `${prefix}${entry.name}/`);
    return entry.isFile() ? [prefix + entry.name] : [];
  });
}
