import { type BuildGraph, type KernelGroup, parseArch, runsOnGB10 } from '../../../src/api.js';
import { intersectionOf, isSM100, isTwelve, keyOf, nameOf, type Sources } from '../_shared/kernel-groups.js';

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

/** True for QuTLASS's kernels, which FP-Quant models alone use. */
export function isQuTLASS(group: KernelGroup): boolean {
  return group.sources.some((source) => /qutlass/i.test(source));
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
