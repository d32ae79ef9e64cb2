import type { Project } from '../source/project.js';
import type { SourceTree } from '../source/tree.js';
import type { PinSet } from './pins.js';

/** One member of a set that is not what vLLM itself asks for. */
export interface Disagreement {
  readonly member: Exclude<Project, 'vllm'> | 'torch';
  readonly set: string;
  /** What vLLM's own files name. */
  readonly vllm: string;
  /** The file that names it. */
  readonly path: string;
}

/** Where vLLM names a dependency's version; the first file that does counts. */
const NAMED = [
  {
    member: 'cutlass',
    paths: ['CMakeLists.txt'],
    version: /^\s*set\(\s*CUTLASS_REVISION\s+"([^"]+)"/m,
  },
  {
    member: 'flashinfer',
    paths: ['requirements/cuda.txt'],
    version: /^flashinfer-python\s*==\s*([^\s;#]+)/m,
  },
  { member: 'torch', paths: ['requirements/cuda.txt'], version: /^torch\s*==\s*([^\s;#]+)/m },
] as const;

const bare = (version: string): string => version.replace(/^v/, '');

/**
 * Members of a set that differ from what the set's vLLM asks for in its own files. A member that vLLM
 * does not name (before it depended on it) cannot differ.
 */
export async function disagreements(set: PinSet, vllm: SourceTree): Promise<Disagreement[]> {
  const found: Disagreement[] = [];
  for (const { member, paths, version } of NAMED) {
    const own = set[member];
    if (own === undefined) continue;
    for (const path of paths) {
      const named = version.exec((await vllm.read(path))?.text ?? '')?.[1];
      if (named !== undefined && bare(named) !== bare(own))
        found.push({ member, set: own, vllm: named, path });
    }
  }
  return found;
}
