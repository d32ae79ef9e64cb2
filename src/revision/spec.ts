import { Failure } from '../failure.js';
import { insteadOf, isProject, PROJECTS, type Project } from '../source/project.js';

export interface TargetSpec {
  readonly project: Project;
  /** A commit, a tag, a pin's name, or `installed`. */
  readonly revision: string;
}

/** A revision that git cannot take for an option, a range or an expression. */
const REVISION = /^[A-Za-z0-9][A-Za-z0-9._/+-]*$/;

/** Reads `project@revision`. Throws a usage Failure that says which part is wrong. */
export function parseTarget(text: string): TargetSpec {
  const at = text.indexOf('@');
  const project = at < 0 ? text : text.slice(0, at);
  const revision = at < 0 ? '' : text.slice(at + 1);
  if (!isProject(project)) {
    throw new Failure(
      'usage',
      `unknown project ${JSON.stringify(project)} in target ${JSON.stringify(text)}`,
      {
        next: insteadOf(
          project,
          `a target is <project>@<revision>, with a project of ${PROJECTS.join(', ')}; for example vllm@v0.16.0`,
        ),
      },
    );
  }
  if (revision === '') {
    throw new Failure('usage', `the target ${JSON.stringify(text)} names no revision`, {
      next: `for example: ${project}@<commit or tag>`,
    });
  }
  checkRevision(revision);
  return { project, revision };
}

export function checkRevision(revision: string): void {
  if (!REVISION.test(revision) || revision.includes('..')) {
    throw new Failure('usage', `${JSON.stringify(revision)} is not a commit, tag or pin name`, {
      next: 'give a full commit, a tag such as v0.16.0, or the name of a pin',
    });
  }
}

const TRANSPORT = /^(?:https|ssh|git|file):\/\//;

/** True for a URL of an allowed transport; a Failure for one of any other; false for a path. */
export function isUrl(location: string): boolean {
  if (TRANSPORT.test(location)) return true;
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(location) || location.startsWith('-')) {
    throw new Failure('usage', `${JSON.stringify(location)} is not a folder and not an allowed URL`, {
      next: 'use a git directory, or a URL that starts with https://, ssh://, git:// or file://',
    });
  }
  return false;
}
