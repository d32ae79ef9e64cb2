import { existsSync } from 'node:fs';
import { readMirrors } from '../../src/revision/mirrors.js';
import type { Project } from '../../src/source/project.js';
import { GitTree } from '../../src/tree/git-tree.js';
import { ObjectReader } from '../../src/tree/object-reader.js';

/** Mirrors that the environment gives. Without them, the tests on real revisions are reported as skipped. */
export const MIRRORS = readMirrors([], process.env.DGX_PATCH_MIRRORS);

export const hasMirror = (project: Project): boolean =>
  (MIRRORS.get(project) ?? []).some((dir) => existsSync(dir));

/** A revision's files from the first mirror that has it. The caller closes it. */
export async function treeAt(project: Project, revision: string): Promise<GitTree> {
  for (const dir of MIRRORS.get(project) ?? []) {
    const reader = new ObjectReader(dir);
    const commit = await reader.read(`${revision}^{commit}`);
    if (commit) return new GitTree(dir, commit.oid, reader);
    reader.close();
  }
  throw new Error(`no mirror of DGX_PATCH_MIRRORS has ${project}@${revision}`);
}

/** Where upstream's history is read from: DGX_PATCH_MIRRORS="vllm=/srv/git/vllm.git;…". */
export const mirrors = MIRRORS;

/** For the title of a test that is left out without a mirror. */
export const without = (project: Project): string =>
  mirrors.has(project) ? '' : ` (skipped: DGX_PATCH_MIRRORS names no mirror of ${project})`;

/** The first mirror that has a commit, with a reader that the caller closes. */
export async function repositoryWith(
  project: Project,
  commit: string,
): Promise<{ dir: string; reader: ObjectReader }> {
  for (const dir of MIRRORS.get(project) ?? []) {
    const reader = new ObjectReader(dir);
    if (await reader.read(`${commit}^{commit}`)) return { dir, reader };
    reader.close();
  }
  throw new Error(`no mirror of DGX_PATCH_MIRRORS has the commit ${commit}`);
}
