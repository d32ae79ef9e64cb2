import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Codemod } from '../codemod/types.js';
import { Failure } from '../failure.js';
import { PROJECTS } from '../source/project.js';
import { CODEMODS } from './built-in.js';
import { codemodOf, readCarried } from './carried/read.js';
import { foldersBelow } from './folders.js';
import { codeFile, readOwn } from './own.js';

/** The fixes of a run: those that come with the tool, then one's own. Ids are unique. */
export type FixSet = readonly Codemod[];

/** Where own fixes lie: folders that hold `<project>/<name>/`. */
export interface FixFolders {
  /** Of `--fixes`, relative to where the command runs. */
  readonly given: readonly string[];
  /** The pins file, and what it names: relative to it. */
  readonly pins: string;
  readonly named: readonly string[] | undefined;
}

export function foldersOf({ given, pins, named = [] }: FixFolders): string[] {
  const all = [...named.map((dir) => join(dirname(pins), dir)), ...given];
  return [...new Map(all.map((dir) => [resolve(dir), dir])).values()];
}

/** The fixes of one folder of own fixes. */
async function readFolder(dir: string): Promise<Codemod[]> {
  await readdir(dir).catch((cause) => {
    throw new Failure('usage', `the folder of fixes ${dir} cannot be read`, {
      next: 'check --fixes, and "fixes" in the pins file',
      cause,
    });
  });
  const found: Codemod[] = [];
  for (const project of PROJECTS) {
    for (const name of await foldersBelow(join(dir, project))) {
      const place = join(dir, project, name);
      const names = await readdir(place);
      if (names.includes('fix.json')) {
        const carried = await readCarried(place);
        if (carried.meta.project !== project) {
          throw new Failure('usage', `${place} holds a patch for ${carried.meta.project}`, {
            next: `move it below ${join(dir, carried.meta.project)}`,
          });
        }
        found.push(codemodOf(carried));
      } else if (await codeFile(place)) found.push(await readOwn(place, project));
    }
  }
  return found;
}

/** The tool's fixes and those of the folders. A `usage` Failure where two have one id. */
export async function readFixes(folders: FixFolders): Promise<FixSet> {
  const all: Codemod[] = [...CODEMODS];
  for (const dir of foldersOf(folders)) {
    for (const codemod of await readFolder(dir)) {
      if (all.some(({ id }) => id === codemod.id)) {
        throw new Failure('usage', `there are two fixes ${codemod.id}`, {
          why: `one of them is in ${dir}`,
          next: 'give one of them another id',
        });
      }
      all.push(codemod);
    }
  }
  return all;
}
