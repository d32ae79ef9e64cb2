import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as kit from '../api.js';
import type { Codemod } from '../codemod/types.js';
import { Failure } from '../failure.js';
import { isProject } from '../source/project.js';
import { ownId } from './carried/format.js';

const NAMES = ['codemod.ts', 'codemod.js', 'codemod.mjs'];

/** The file that holds a fix in code, or undefined where a folder has none. */
export async function codeFile(dir: string): Promise<string | undefined> {
  const names = new Set(await readdir(dir));
  const name = NAMES.find((candidate) => names.has(candidate));
  return name === undefined ? undefined : join(dir, name);
}

const fault = (file: string, message: string, next: string, cause?: unknown): Failure =>
  new Failure('usage', `${file}: ${message}`, { next, cause });

/** A digest of all source files of a fix's folder: what it imports from there counts too. */
async function digestOf(dir: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.(?:[cm]?[jt]s|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files)
    hash
      .update(`${file.slice(dir.length)}\0`)
      .update(await readFile(file))
      .update('\0');
  return hash.digest('hex');
}

/** The module, TypeScript or not. It runs with the user's rights: it is never taken from a target's tree. */
async function load(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti/static');
  const jiti = createJiti(resolve(file), {
    // An edited fix is read anew.
    fsCache: false,
    moduleCache: false,
    // A fix that imports the package gets this very one, wherever it lies.
    virtualModules: { 'dgx-patch/api': kit },
  });
  return jiti.import(resolve(file), { default: true });
}

/**
 * A fix of one's own from its folder. Its default export is the fix, or a function that is given the kit and
 * returns it: that form needs no import, and works beside the single executable too.
 */
export async function readOwn(dir: string, project: string): Promise<Codemod> {
  const file = (await codeFile(dir))!;
  let loaded: unknown;
  try {
    loaded = await load(file);
    if (typeof loaded === 'function') loaded = await loaded(kit);
  } catch (cause) {
    throw fault(
      file,
      `it stopped at ${(cause as Error).message}`,
      'mend it, then: dgx-patch fix test',
      cause,
    );
  }
  const codemod = loaded as Partial<Codemod> | undefined;
  if (typeof codemod?.judge !== 'function' || typeof codemod.rewrite !== 'function') {
    throw fault(file, 'its default export is no fix', 'export default (dgx) => dgx.defineCodemod({ … })');
  }
  const id = ownId.safeParse(codemod.id);
  if (!id.success)
    throw fault(
      file,
      `its id ${JSON.stringify(codemod.id)} is not ${id.error.issues[0]!.message}`,
      'name it in a name space of your own: acme/vllm-sampler',
    );
  if (!isProject(codemod.project ?? '') || codemod.project !== project) {
    throw fault(
      file,
      `it is for ${JSON.stringify(codemod.project)}, and lies in the folder of ${project}`,
      `fixes/${codemod.project}/…`,
    );
  }
  return { ...(codemod as Codemod), digest: await digestOf(dir) };
}
