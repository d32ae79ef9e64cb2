import type { Codemod } from '../codemod/types.js';
import { Failure } from '../failure.js';
import type { Project } from '../source/project.js';
import { CODEMODS } from './built-in.js';

export interface Selection {
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** Unknown ids are a usage Failure. */
export function checkSelection({ only, skip }: Selection): void {
  const known = new Set(CODEMODS.map((codemod) => codemod.id));
  for (const id of [...only, ...skip]) {
    if (!known.has(id)) {
      throw new Failure('usage', `there is no fix ${JSON.stringify(id)}`, {
        next: 'see them all: dgx-patch list',
      });
    }
  }
}

/** The fixes of a project that a selection leaves. */
export function selectCodemods(project: Project, { only, skip }: Selection): Codemod[] {
  checkSelection({ only, skip });
  return CODEMODS.filter(
    ({ id, project: own }) =>
      own === project && (only.length === 0 || only.includes(id)) && !skip.includes(id),
  );
}
