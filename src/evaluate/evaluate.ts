import type { Build } from '../source/build.js';
import type { SourceFile } from '../source/file.js';
import { gencodeFlags } from './arch.js';
import { Programs } from './cmake/program.js';
import { cmakeFiles, runCMake } from './cmake/run.js';
import type { BuildGraph } from './graph.js';

/**
 * Evaluates a project's CMake for a build, in the process: nothing of the tree is executed. `files` are
 * CMakeLists.txt and every .cmake file that it may include; `programs` keeps what was read of them. Rejects
 * with TooLarge where the evaluation goes past a limit.
 */
export async function evaluateCMake(
  files: readonly SourceFile[],
  { cuda, arch }: Build,
  programs: Programs = new Programs(),
): Promise<BuildGraph> {
  return evaluateFlags(files, cuda, gencodeFlags(arch), programs);
}

/** The same for the -gencode flags that torch gave, whatever list they come from. */
export async function evaluateFlags(
  files: readonly SourceFile[],
  cuda: string,
  flags: string,
  programs: Programs = new Programs(),
): Promise<BuildGraph> {
  return runCMake({ files: cmakeFiles(files), cuda, flags }, programs);
}
