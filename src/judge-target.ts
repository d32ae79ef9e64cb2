import { CODEMODS } from '../codemods/registry.js';
import { plan } from './codemod/plan.js';
import type { Build, Codemod, Outcome, Project, SourceTree } from './codemod/types.js';
import { Failure } from './failure.js';
import type { Pin } from './target/pins.js';
import { TreeWorkbench } from './workbench.js';

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

/** The build that is asked for: options, else the pin's, else GB10's native one. */
export function buildFor(
  pin: Pin | undefined,
  options: { cuda?: string | undefined; arch?: string | undefined },
): Build {
  const build = { cuda: options.cuda ?? pin?.cuda ?? '13.0', arch: options.arch ?? pin?.arch ?? '12.1a' };
  if (!/^\d+\.\d+$/.test(build.cuda)) {
    throw new Failure('usage', `${JSON.stringify(build.cuda)} is not a CUDA version`, {
      next: 'for example: --cuda 13.0',
    });
  }
  if (!/^\d+\.\d[af]?(?:[;, ]\d+\.\d[af]?)*$/.test(build.arch)) {
    throw new Failure('usage', `${JSON.stringify(build.arch)} is not an arch list`, {
      next: 'for GB10: --arch 12.1a (native) or --arch 12.0f (family)',
    });
  }
  return build;
}

/** Judges a tree with a project's fixes and makes the edits; nothing is written. */
export async function judgeTree(
  tree: SourceTree,
  codemods: readonly Codemod[],
  build: Build,
  options: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Promise<readonly Outcome[]> {
  const workbench = new TreeWorkbench(tree, build, options);
  try {
    return (await plan(codemods, workbench)).outcomes;
  } finally {
    workbench.dispose();
  }
}
