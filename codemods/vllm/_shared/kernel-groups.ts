/** The kernel groups of vLLM's CMake: where their archs come from, and which of them hold SM100 code. */
import {
  type ArchIntersection,
  type BuildGraph,
  CMAKE_FILES,
  type CMakeCommand,
  type CMakeFile,
  type JudgeContext,
  type KernelGroup,
  matching,
  parseArch,
  readAll,
  readCMake,
  type SourceFile,
} from '../../../src/api.js';

/** The CMake sources of a tree, read. */
export type Sources = ReadonlyMap<string, { readonly file: SourceFile; readonly cmake: CMakeFile }>;

export const keyOf = ({ file, line }: { file: string; line: number }): string => `${file}:${line}`;

export function commandAt(sources: Sources, file: string, line: number): CMakeCommand | undefined {
  return sources.get(file)?.cmake.commands.find((command) => command.line === line);
}

export const isTwelve = (arch: string): boolean => parseArch(arch)?.major === 12;

export async function readSources(context: JudgeContext): Promise<Sources> {
  const files = await readAll(context, await matching(context.tree, CMAKE_FILES));
  return new Map(files.map((file) => [file.path, { file, cmake: readCMake(file.text) }]));
}

/** The definitions (`-DENABLE_X=1`) that the group's block makes beside it, up to the block's end. */
function definitionsOf(group: KernelGroup, sources: Sources): string[] {
  const commands = sources.get(group.file)?.cmake.commands ?? [];
  const at = commands.findIndex((command) => command.line === group.line);
  const rest = at < 0 ? [] : commands.slice(at + 1);
  const end = rest.findIndex(({ name }) => /^(?:else|elseif|endif)$/.test(name));
  return rest
    .slice(0, end < 0 ? rest.length : end)
    .flatMap(({ args }) => args.map(({ value }) => value).filter((value) => /^-D\w/.test(value)));
}

const opensSM100 = (definition: string): boolean => /^-DENABLE_\w*SM100/.test(definition);

/**
 * True where the group holds SM100 (tcgen05) code: its sources say so, or the flag that its block sets.
 * Some revisions list 12.x for such groups; GB10 runs none of that code.
 */
export function isSM100(group: KernelGroup, sources: Sources): boolean {
  // QuTLASS lists SM100 files beside the others in one group: only a group of nothing else counts.
  const kernels = group.sources.filter((source) => source.endsWith('.cu'));
  if (kernels.length > 0 && kernels.every((source) => /sm10[0-9x]/i.test(source))) return true;
  return definitionsOf(group, sources).some(opensSM100);
}

/** The intersection whose variable the group's CUDA_ARCHS argument names: the last one before it. */
export function intersectionOf(
  group: KernelGroup,
  graph: BuildGraph,
  sources: Sources,
): ArchIntersection | undefined {
  const args = commandAt(sources, group.file, group.line)?.args ?? [];
  const at = args.findIndex(({ value }) => value === 'CUDA_ARCHS');
  const variable = /^\$\{(\w+)\}$/.exec(args[at + 1]?.value ?? '')?.[1];
  if (!variable || variable === 'CUDA_ARCHS') return undefined;
  return graph.intersections.findLast(
    (call) => call.file === group.file && call.variable === variable && call.line < group.line,
  );
}

/** The file that a reader knows a group by: its first kernel, with the project in front of an external one. */
export function nameOf(group: KernelGroup): string {
  const source =
    group.sources.find((candidate) => candidate.endsWith('.cu')) ?? group.sources[0] ?? keyOf(group);
  const external = /^\/(\w+)\//.exec(source);
  return `${external ? `${external[1]}: ` : ''}${source.split('/').at(-1)}`;
}

/**
 * Groups that this build makes for 12.x, and whose block says by a definition that SM100 kernels are built. No
 * SM12x runs them; but the dispatchers believe the definition, and so does the code that calls kernels of other
 * groups with the same one, which may not be built.
 */
export function sm100Groups(graph: BuildGraph, sources: Sources): KernelGroup[] {
  return graph.groups.filter(
    (group) => group.archs.some(isTwelve) && definitionsOf(group, sources).some(opensSM100),
  );
}
