import { smName } from '../../src/evaluate/arch.js';
import { evaluateCMake } from '../../src/evaluate/evaluate.js';
import type { BuildGraph } from '../../src/evaluate/graph.js';
import type { Build } from '../../src/source/build.js';
import type { SourceFile } from '../../src/source/file.js';
import type { SourceTree } from '../../src/source/tree.js';

/** The CMake files of a tree that an evaluation reads. */
export async function cmakeFiles(tree: SourceTree): Promise<SourceFile[]> {
  const paths = (await tree.paths()).filter(
    (path) => path === 'CMakeLists.txt' || /^cmake\/.*\.cmake$/.test(path),
  );
  return Promise.all(paths.map(async (path) => (await tree.read(path))!));
}

/** The targets that a source file is compiled for, e.g. `["120f"]`. */
export function targetsOf({ groups }: BuildGraph, source: string): string[] {
  const group = groups.find(({ sources }) => sources.some((path) => path.endsWith(`/${source}`)));
  return (group?.archs ?? []).map(smName);
}

/** Names of the `-DENABLE_…` flags of all extensions, without FP8, which every build has. */
export function enabled({ targets }: BuildGraph): string[] {
  const flags = targets
    .flatMap((target) => target.flags)
    .flatMap((flag) => /^-DENABLE_(\w+)/.exec(flag)?.[1] ?? []);
  return [...new Set(flags)].filter((flag) => flag !== 'FP8').sort();
}

/** Files of a miniature project: a CMakeLists.txt and the vLLM-like helper functions that it calls. */
export const evaluateText = (text: string, build: Build): Promise<BuildGraph> =>
  evaluateCMake([{ path: 'CMakeLists.txt', text }], build);
