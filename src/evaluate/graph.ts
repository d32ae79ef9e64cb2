/** What a project's CMake decides for a build: a record of one evaluation. */

/** A call `set_gencode_flags_for_srcs(SRCS … CUDA_ARCHS …)`: a kernel group and its targets. */
export interface KernelGroup {
  readonly file: string;
  readonly line: number;
  readonly sources: readonly string[];
  /** As the CMake spells them, e.g. `12.0f`, `8.0+PTX`. */
  readonly archs: readonly string[];
}

/** A call `cuda_archs_loose_intersection(VARIABLE "list" "CUDA_ARCHS")`. */
export interface ArchIntersection {
  readonly file: string;
  readonly line: number;
  readonly variable: string;
  readonly list: readonly string[];
  readonly target: readonly string[];
}

/** A `set(VARIABLE value …)` that was reached. */
export interface Assignment {
  readonly file: string;
  readonly line: number;
  readonly variable: string;
  readonly values: readonly string[];
}

/** An extension target, with the sources and the flags that it is defined with. */
export interface ExtensionTarget {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly sources: readonly string[];
  /** Flags for every CUDA source of the target, from its definition or added later. */
  readonly flags: readonly string[];
}

export interface BuildGraph {
  /** What was asked for, after the project's own filter: the arch list of files without one of their own. */
  readonly cudaArchs: readonly string[];
  readonly groups: readonly KernelGroup[];
  readonly intersections: readonly ArchIntersection[];
  readonly assignments: readonly Assignment[];
  readonly targets: readonly ExtensionTarget[];
  /** Messages of a fatal error; an evaluation with one is not to be trusted past it. */
  readonly errors: readonly string[];
}
