import type { Project } from '../source/project.js';

/** How a project is installed: one row each, and no other place knows. */
export interface PackageKind {
  readonly project: Project;
  /** As messages name it. */
  readonly title: string;
  /** As pip names it. */
  readonly distribution: string;
  /** The package's folder in site-packages. */
  readonly folder: string;
  /**
   * - `python`: the package is compiled from sources that it does not carry; what a judge asks for outside of its
   *   folder is in the source tree alone
   * - `whole`: the package carries all sources that are compiled where it is used, or none
   */
  readonly carries: 'python' | 'whole';
  /** The file beside the package, of its metadata, that fixes may look into: it names all requirements. */
  readonly metadata?: string;
}

export const PACKAGES: readonly PackageKind[] = [
  {
    project: 'vllm',
    title: 'vLLM',
    distribution: 'vllm',
    folder: 'vllm',
    carries: 'python',
    metadata: 'METADATA',
  },
  {
    project: 'flashinfer',
    title: 'FlashInfer',
    distribution: 'flashinfer-python',
    folder: 'flashinfer',
    carries: 'whole',
  },
  {
    project: 'cutlass',
    title: 'the CUTLASS DSL',
    distribution: 'nvidia-cutlass-dsl',
    folder: 'nvidia_cutlass_dsl',
    carries: 'whole',
  },
];

export function packageOf(project: Project): PackageKind {
  return PACKAGES.find((kind) => kind.project === project)!;
}
