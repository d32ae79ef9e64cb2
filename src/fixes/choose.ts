import type { Codemod } from '../codemod/types.js';
import { Failure } from '../failure.js';
import type { Project } from '../source/project.js';
import type { FixSet } from './fix-set.js';
import { resolveId } from './names.js';

/** Which fixes are wanted, by id; all of them where `only` is empty. Made by `readSelection`. */
export interface Selection {
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** Bare names become ids; unknown ones are a usage Failure. */
export function readSelection(fixes: FixSet, { only, skip }: Selection): Selection {
  const ids = fixes.map((codemod) => codemod.id);
  const known = (names: readonly string[]): string[] => names.map((name) => resolveId(name, ids));
  return { only: known(only), skip: known(skip) };
}

/** The fixes of a project that a selection leaves; without one, all of them. */
export function selectCodemods(
  fixes: FixSet,
  project: Project,
  { only, skip }: Selection = { only: [], skip: [] },
): Codemod[] {
  return fixes.filter(
    ({ id, project: own }) =>
      own === project && (only.length === 0 || only.includes(id)) && !skip.includes(id),
  );
}

/** A usage Failure where a selection leaves no fix of any of the projects: nothing would be looked at. */
export function checkLeft(fixes: FixSet, projects: readonly Project[], selection: Selection): void {
  if (
    projects.length === 0 ||
    projects.some((project) => selectCodemods(fixes, project, selection).length > 0)
  ) {
    return;
  }
  throw new Failure('usage', `no fix of ${[...new Set(projects)].join(', ')} is left by --only and --skip`, {
    next: `those that there are: ${fixes
      .filter(({ project }) => projects.includes(project))
      .map(({ id }) => id)
      .join(', ')}`,
  });
}
