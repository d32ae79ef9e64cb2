import { Failure } from '../failure.js';
import { CODEMODS } from '../fixes/built-in.js';
import { selectCodemods } from '../fixes/choose.js';
import type { Pin } from '../pins/pins.js';
import { ARCH_LIST, type Build, CUDA_VERSION } from '../source/build.js';
import type { Project } from '../source/project.js';
import type { SourceTree } from '../source/tree.js';
import { chooseArch } from './arch.js';

/** What a user asks of the build; what is not said, the pin says. */
export interface BuildWish {
  readonly cuda?: string | undefined;
  /** An arch list, or `auto`. */
  readonly arch?: string | undefined;
}

export const AUTO = 'auto';

/** Checks the form of what is asked for. */
export function checkWish({ cuda, arch }: BuildWish): BuildWish {
  if (cuda !== undefined && !CUDA_VERSION.test(cuda)) {
    throw new Failure('usage', `${JSON.stringify(cuda)} is not a CUDA version`, {
      next: 'for example: --cuda 13.0',
    });
  }
  if (arch !== undefined && arch !== AUTO && !ARCH_LIST.test(arch)) {
    throw new Failure('usage', `${JSON.stringify(arch)} is not an arch list`, {
      next: 'for GB10: --arch 12.1a (native), --arch 12.0f (family), or --arch auto (what takes fewest edits)',
    });
  }
  return { cuda, arch };
}

/** What a build is wanted for. */
export interface Buildable {
  readonly project: Project;
  readonly pin: Pin | undefined;
  readonly tree: SourceTree;
}

/** A build, with why its arch was chosen where nobody named one. */
export interface ChosenBuild {
  readonly build: Build;
  readonly chosen?: string;
}

/** The build that is asked for: the wish, else the pin's, else CUDA 13.0 and the arch that takes fewest edits. */
export async function buildFor(
  { project, pin, tree }: Buildable,
  wish: BuildWish = {},
): Promise<ChosenBuild> {
  const { cuda = pin?.cuda ?? '13.0', arch = pin?.arch ?? AUTO } = wish;
  if (arch !== AUTO) return { build: { cuda, arch } };
  const { build, because } = await chooseArch(tree, selectCodemods(CODEMODS, project), cuda);
  return { build, chosen: because };
}
