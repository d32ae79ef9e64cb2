import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Codemod } from '../codemod/types.js';
import { Failure } from '../failure.js';
import { PROJECTS, type Project } from '../source/project.js';
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

/** A fix of one's own, and the folder that it was read from. */
export interface OwnFix {
  readonly codemod: Codemod;
  readonly dir: string;
}

async function readFix(dir: string, project: Project): Promise<OwnFix[]> {
  if ((await readdir(dir)).includes('fix.json')) {
    const carried = await readCarried(dir);
    if (carried.meta.project === project) return [{ codemod: codemodOf(carried), dir }];
    throw new Failure('usage', `${dir} holds a patch for ${carried.meta.project}`, {
      next: `move it into the folder of ${carried.meta.project}`,
    });
  }
  return (await codeFile(dir)) ? [{ codemod: await readOwn(dir, project), dir }] : [];
}

/** The fixes of one folder of own fixes. */
async function readFolder(dir: string): Promise<OwnFix[]> {
  await readdir(dir).catch((cause) => {
    throw new Failure('usage', `the folder of fixes ${dir} cannot be read`, {
      next: 'check --fixes, and "fixes" in the pins file',
      cause,
    });
  });
  const found: OwnFix[] = [];
  for (const project of PROJECTS) {
    for (const name of await foldersBelow(join(dir, project))) {
      found.push(...(await readFix(join(dir, project, name), project)));
    }
  }
  return found;
}

/** The fixes of one's own. A `usage` Failure where two fixes have one id. */
export async function readOwnFixes(folders: FixFolders): Promise<OwnFix[]> {
  const all: OwnFix[] = [];
  const taken = new Set(CODEMODS.map(({ id }) => id));
  for (const dir of foldersOf(folders)) {
    for (const own of await readFolder(dir)) {
      if (taken.has(own.codemod.id)) {
        throw new Failure('usage', `there are two fixes ${own.codemod.id}`, {
          why: `one of them is in ${own.dir}`,
          next: 'give one of them another id',
        });
      }
      taken.add(own.codemod.id);
      all.push(own);
    }
  }
  return all;
}

/** The tool's fixes and those of the folders. */
export async function readFixes(folders: FixFolders): Promise<FixSet> {
  return [...CODEMODS, ...(await readOwnFixes(folders)).map(({ codemod }) => codemod)];
}
