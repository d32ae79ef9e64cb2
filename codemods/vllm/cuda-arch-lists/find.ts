import {
  type ArchIntersection,
  type BuildGraph,
  type CMakeCommand,
  type CMakeFile,
  type KernelGroup,
  parseArch,
  runsOnGB10,
  type SourceFile,
} from '../../../src/api.js';

/** The CMake sources of a tree, read. */
export type Sources = ReadonlyMap<string, { readonly file: SourceFile; readonly cmake: CMakeFile }>;

export const keyOf = ({ file, line }: { file: string; line: number }): string => `${file}:${line}`;

export function commandAt(sources: Sources, file: string, line: number): CMakeCommand | undefined {
  return sources.get(file)?.cmake.commands.find((command) => command.line === line);
}

const isTwelve = (arch: string): boolean => parseArch(arch)?.major === 12;

/**
 * True where the group holds SM100 (tcgen05) code: its sources say so, or the flag that its block sets.
 * Some revisions list 12.x for such groups; GB10 runs none of that code.
 */
export function isSM100(group: KernelGroup, sources: Sources): boolean {
  // QuTLASS lists SM100 files beside the others in one group: only a group of nothing else counts.
  const kernels = group.sources.filter((source) => source.endsWith('.cu'));
  if (kernels.length > 0 && kernels.every((source) => /sm10[0-9x]/i.test(source))) return true;
  const commands = sources.get(group.file)?.cmake.commands ?? [];
  const at = commands.findIndex((command) => command.line === group.line);
  for (const command of at < 0 ? [] : commands.slice(at + 1)) {
    if (/^(else|elseif|endif)$/.test(command.name)) return false;
    if (command.args.some(({ value }) => /^-DENABLE_\w*SM100/.test(value))) return true;
  }
  return false;
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

/**
 * The kernel groups that upstream builds for SM12x: seen in the evaluation for plain 12.0, which every
 * revision supports, as a group with a suffixed 12.x target or a list that names 12.x.
 */
export function sm12xGroups(reference: BuildGraph, sources: Sources): KernelGroup[] {
  return reference.groups.filter((group) => {
    if (!group.archs.some(isTwelve) || isSM100(group, sources)) return false;
    if (group.archs.some((arch) => isTwelve(arch) && parseArch(arch)!.suffix !== '')) return true;
    return intersectionOf(group, reference, sources)?.list.some(isTwelve) ?? false;
  });
}

/** What a request means for GB10. */
export interface Request {
  /** 1 for a native 12.1 build, 0 for the 12.x family. */
  readonly minor: 0 | 1;
}

/** The file that a reader knows a group by: its first kernel, with the project in front of an external one. */
function nameOf(group: KernelGroup): string {
  const source =
    group.sources.find((candidate) => candidate.endsWith('.cu')) ?? group.sources[0] ?? keyOf(group);
  const external = /^\/(\w+)\//.exec(source);
  return `${external ? `${external[1]}: ` : ''}${source.split('/').at(-1)}`;
}

/** Why a group is not as requested, or undefined where it is. */
export function complaint(group: KernelGroup, graph: BuildGraph, request: Request): string | undefined {
  const name = nameOf(group);
  const built = graph.groups.find((candidate) => keyOf(candidate) === keyOf(group));
  const own = built?.archs.filter(isTwelve) ?? [];
  if (own.length === 0) return `${name} is not built for 12.x at all`;
  const suffixed = group.archs.some((arch) => isTwelve(arch) && parseArch(arch)!.suffix !== '');
  const fits = own.some((arch) => {
    const { suffix, minor } = parseArch(arch)!;
    return runsOnGB10(arch) && (!suffixed || suffix !== '') && (request.minor === 0 || minor === 1);
  });
  return fits ? undefined : `${name} is built for ${own.join(', ')}`;
}

/** Groups of other code (SM100's above all) that had no 12.x target and gained one by the edits. */
export function intruders(
  before: BuildGraph,
  after: BuildGraph,
  known: readonly KernelGroup[],
  sources: Sources,
): string[] {
  const withTwelve = before.groups.filter(({ archs }) => archs.some(isTwelve));
  const expected = new Set([...known, ...withTwelve].map(keyOf));
  return after.groups
    .filter((group) => !expected.has(keyOf(group)) && group.archs.some(isTwelve))
    .filter((group) => intersectionOf(group, after, sources) !== undefined)
    .map(nameOf);
}

/** True where the requested capability survives the project's own filter. */
export function isHonoured(graph: BuildGraph, request: Request): boolean {
  return graph.cudaArchs.some((arch) => {
    const parsed = parseArch(arch);
    return parsed?.major === 12 && (request.minor === 0 || parsed.minor === 1);
  });
}
