/**
 * - `ok`: looked at, and as it must be
 * - `wrong`: something that breaks or slows a build, or a result
 * - `unknown`: could not be looked at, and why
 */
export type State = 'ok' | 'wrong' | 'unknown';

/** What one check of the machine and the environment found. */
export interface Finding {
  /** Short name of the check, e.g. `cuda-fp4-header`. */
  readonly check: string;
  readonly state: State;
  /** One sentence: what is so, and for a wrong one, what breaks. */
  readonly cause: string;
  /** Where it was seen: paths with lines, variables with values, output of programs. */
  readonly evidence: readonly string[];
  /** The next command, or what to do. */
  readonly next?: string;
}

/** What checks look at. */
export interface Surroundings {
  /** The CUDA toolkit's folder. */
  readonly cudaHome: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder of the Python packages; undefined where no environment was given. */
  readonly sitePackages: string | undefined;
  /** Where the machine's own files begin: `/`. */
  readonly root: string;
}
