import { Failure } from '../failure.js';
import { insteadOf, isProject, PROJECTS, type Project } from '../source/project.js';

/** Where each project's repository is read from: git directories or URLs, in the order given. */
export type Mirrors = ReadonlyMap<Project, readonly string[]>;

/** `--mirror project=location`, repeatable, before DGX_PATCH_MIRRORS="project=location;…". */
export function readMirrors(options: readonly string[], environment: string | undefined): Mirrors {
  const mirrors = new Map<Project, string[]>();
  for (const entry of [...options, ...(environment ?? '').split(';')]) {
    if (entry.trim() === '') continue;
    const at = entry.indexOf('=');
    const project = entry.slice(0, at).trim();
    const location = entry.slice(at + 1).trim();
    if (at < 1 || location === '') {
      throw new Failure('usage', `${JSON.stringify(entry)} is not a mirror`, {
        next: 'a mirror is <project>=<git directory or URL>, for example vllm=/srv/git/vllm.git',
      });
    }
    if (!isProject(project)) {
      throw new Failure('usage', `${JSON.stringify(entry)} is not a mirror: ${project} is not a project`, {
        next: insteadOf(project, `the projects are ${PROJECTS.join(', ')}`),
      });
    }
    mirrors.set(project, [...(mirrors.get(project) ?? []), location]);
  }
  return mirrors;
}
