import { Failure } from '../failure.js';
import type { Mirrors } from '../revision/mirrors.js';
import type { Target } from '../revision/resolve.js';
import { isUrl } from '../revision/spec.js';
import type { Project } from '../source/project.js';
import { git } from '../tree/git.js';
import { partsAt } from './releases.js';

/** The repositories of a project on this machine: those that hold its history. */
export function repositoriesOf(project: Project, mirrors: Mirrors): string[] {
  return (mirrors.get(project) ?? []).filter((location) => !isUrl(location));
}

/** A usage Failure where there is none. */
export function checkRepositories(project: Project, mirrors: Mirrors): void {
  if (repositoriesOf(project, mirrors).length > 0) return;
  throw new Failure('usage', `the history of ${project} is read from a copy on this machine`, {
    next: `clone it, then give it with --mirror ${project}=<git directory>`,
  });
}

/** Commits that lead to a commit by first parents, itself first; empty where the repository lacks it. */
export async function firstParents(dir: string, commit: string): Promise<string[]> {
  const { code, stdout } = await git(dir, ['rev-list', '--first-parent', commit], { accept: [128] });
  return code === 0 ? stdout.toString('latin1').trim().split('\n') : [];
}

/** The commit of the line that leads to `to` at which a target's own commits begin; undefined where none is. */
export async function forkOf(
  target: Pick<Target, 'dir' | 'commit'>,
  line: ReadonlySet<string>,
): Promise<string | undefined> {
  if (line.has(target.commit)) return target.commit;
  const own = await firstParents(target.dir, target.commit);
  return partsAt(target.commit, new Map(own.slice(0, -1).map((id, at) => [id, own[at + 1]!])), line);
}
