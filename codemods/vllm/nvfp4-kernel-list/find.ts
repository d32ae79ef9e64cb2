/** The CMake list of NVFP4 kernels for SM12x, found by evaluating and not by name. */
import {
  type BuildGraph,
  type CMakeCommand,
  type JudgeContext,
  type KernelGroup,
  lineStart,
  parseArch,
  readCMake,
  type SourceFile,
} from '../../../src/api.js';

const isSm12x = (arch: string): boolean => parseArch(arch)?.major === 12;

/** The group of the SM120 GEMM, for a build with a 12.x target. */
function gemmGroup(graph: BuildGraph): KernelGroup | undefined {
  return graph.groups.find(
    ({ archs, sources }) =>
      archs.some(isSm12x) && sources.some((source) => /nvfp4_scaled_mm_sm120/.test(source)),
  );
}

export interface KernelList {
  readonly graph: BuildGraph;
  readonly group: KernelGroup;
}

/**
 * The list for the build that is asked for; where that build has no SM12x target at all (which is the
 * business of `vllm/cuda-arch-lists`), the list for plain 12.0, which every revision supports. A message where
 * the CMake stops with an error.
 */
export async function kernelList(context: JudgeContext): Promise<KernelList | string | undefined> {
  for (const build of [context.build, { ...context.build, arch: '12.0' }]) {
    const graph = await context.evaluateCMake(build);
    if (graph.errors.length > 0) return `the CMake could not be evaluated: ${graph.errors[0]}`;
    const group = gemmGroup(graph);
    if (group) return { graph, group };
  }
  return undefined;
}

export interface ListCommand {
  readonly file: SourceFile;
  readonly command: CMakeCommand;
}

/** The `set(...)` that gave the group its sources. */
export async function listCommand(
  { graph, group }: KernelList,
  context: JudgeContext,
): Promise<ListCommand | undefined> {
  const assigned = graph.assignments.findLast(
    ({ file, line, values }) =>
      file === group.file && line < group.line && values.join(';') === group.sources.join(';'),
  );
  const file = await context.tree.read(group.file);
  const commands = file && readCMake(file.text).commands;
  const command = commands?.find(({ name, line }) => name === 'set' && line === assigned?.line);
  return file && command ? { file, command } : undefined;
}

/** Where a source can be added: the start of the first source's line, if that line holds nothing else. */
export function insertionPoint({ file, command }: ListCommand): number | undefined {
  const first = command.args[1];
  if (first?.kind !== 'quoted') return undefined;
  const at = lineStart(file.text, first.start);
  return file.text.slice(at, first.start - 1).trim() === '' ? at : undefined;
}
