import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../failure.js';
import { pathBelow } from '../tree/disk-path.js';
import { conan } from './conan.js';
import { dep3 } from './dep3.js';
import type { Files, Format } from './format.js';
import { nix } from './nix.js';
import { series } from './series.js';

export const FORMATS = { series, dep3, conan, nix } satisfies Record<string, Format>;
export type FormatName = keyof typeof FORMATS;

/** Refuses a folder that holds something: what lies there may be edited by hand. */
export async function checkEmpty(dir: string): Promise<void> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Failure('tree', `${dir} is not a folder`, { next: 'choose another with --out', cause: error });
  });
  if (names.length > 0) {
    throw new Failure('tree', `${dir} is not empty`, {
      next: 'empty it, or choose another folder with --out',
    });
  }
}

export async function writeFiles(dir: string, files: Files): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const [path, bytes] of files) {
    const file = pathBelow(dir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes, 'latin1');
  }
}
