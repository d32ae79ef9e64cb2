import { parseArch, runsOnGB10 } from '../evaluate/arch.js';
import { evaluateCMake } from '../evaluate/evaluate.js';
import type { BuildGraph } from '../evaluate/graph.js';
import type { Build } from '../source/build.js';
import type { SourceFile } from '../source/file.js';
import { matching, readAll } from '../source/locate.js';
import { CMAKE_FILES } from '../syntax/cmake.js';
import { evaluateWithCMake } from './cmake/real.js';
import { type KernelSource, sm12xKernels } from './kernels.js';
import { type Check, NotRun, type Rung } from './rung.js';

/** Architectures that a source is compiled for: those of its groups, else the project's own list. */
function archsOf(
  path: string,
  graph: BuildGraph,
): { readonly archs: readonly string[]; readonly grouped: boolean } {
  const groups = graph.groups.filter(({ sources }) => sources.includes(path));
  return { archs: [...new Set(groups.flatMap(({ archs }) => archs))], grouped: groups.length > 0 };
}

function flaw(path: string, graph: BuildGraph): string | undefined {
  const { archs, grouped } = archsOf(path, graph);
  if (!grouped || archs.length === 0) return 'no kernel group compiles it: GB10 has no such kernel';
  const own = archs.filter((name) => parseArch(name)?.major === 12);
  const plain = own.find((name) => runsOnGB10(name) && parseArch(name)?.suffix === '');
  if (plain !== undefined)
    return `it is compiled for plain ${plain}, whose instruction set lacks the FP4 and FP8 block-scaled MMA`;
  if (!own.some(runsOnGB10)) return `it is compiled for ${archs.join(', ')}, none of which GB10 runs`;
  if (!graph.targets.some(({ sources }) => sources.includes(path))) return 'no extension target holds it';
  return undefined;
}

function checkOf({ path, kind }: KernelSource, graph: BuildGraph): Check {
  const detail = flaw(path, graph);
  const { archs } = archsOf(path, graph);
  if (detail !== undefined) return { what: path, state: 'failed', detail, facts: { kind, archs } };
  return { what: path, state: 'passed', detail: archs.join(', '), facts: { kind, archs } };
}

/** Whether the real cmake says the same of the same files. */
async function secondOpinion(files: readonly SourceFile[], build: Build, graph: BuildGraph): Promise<Check> {
  const what = 'cmake -P';
  const real = await evaluateWithCMake(files, build);
  if (!real) return { what, state: 'not run', detail: 'there is no cmake on this machine' };
  const parts = Object.keys(graph) as (keyof BuildGraph)[];
  const other = parts.filter((part) => JSON.stringify(graph[part]) !== JSON.stringify(real[part]));
  if (other.length === 0) return { what, state: 'passed', detail: 'it evaluates the files to the same' };
  return { what, state: 'failed', detail: `it evaluates the files otherwise: ${other.join(', ')}` };
}

/** The evaluated CMake compiles every SM12x kernel for a target that GB10 runs, with its suffix. */
export const arch: Rung = async ({ project, tree, build }, { cmake }) => {
  if (project !== 'vllm') return new NotRun(`${project} decides its targets when it compiles, not in CMake`);
  const kernels = await sm12xKernels(tree);
  if (kernels.length === 0) return new NotRun('this revision has no kernel for compute capability 12.x');
  const files = await readAll({ tree }, await matching(tree, CMAKE_FILES));
  const graph = await evaluateCMake(files, build);
  const second = cmake ? [await secondOpinion(files, build, graph)] : [];
  if (graph.errors.length > 0) {
    const detail = `the evaluation stops: ${graph.errors[0]}`;
    return [{ what: 'CMakeLists.txt', state: 'failed', detail }, ...second];
  }
  return [...kernels.map((kernel) => checkOf(kernel, graph)), ...second];
};
