import type { SourceFile } from '../../source/file.js';
import type { BuildGraph } from '../graph.js';
import { GraphRecorder } from '../recorder.js';
import { COMMANDS } from './commands/table.js';
import { CMakeError, describe } from './error.js';
import { Files, ROOT } from './files.js';
import { Interpreter } from './interpreter.js';
import { STUB_HEADER, STUBS } from './prelude.js';
import type { Programs } from './program.js';

/** The CMake that is evaluated: the oldest one that vLLM takes, on a Linux machine. */
const FACTS: Readonly<Record<string, string>> = {
  CMAKE_VERSION: '3.26.0',
  CMAKE_MAJOR_VERSION: '3',
  CMAKE_MINOR_VERSION: '26',
  CMAKE_PATCH_VERSION: '0',
  CMAKE_TWEAK_VERSION: '0',
  CMAKE_COMMAND: '/usr/bin/cmake',
  CMAKE_ROOT: '/usr/share/cmake-3.26',
  CMAKE_FILES_DIRECTORY: '/CMakeFiles',
  CMAKE_HOST_SYSTEM_NAME: 'Linux',
  CMAKE_HOST_LINUX: '1',
  CMAKE_HOST_UNIX: '1',
  LINUX: '1',
  UNIX: '1',
};

const PRELUDE = `${STUBS}\n_include("\${DGX_SOURCE}/CMakeLists.txt")\n`;

export interface Request {
  readonly files: Files;
  /** CUDA's version, `major.minor`. */
  readonly cuda: string;
  /** What CMAKE_CUDA_FLAGS starts with. */
  readonly flags: string;
}

/** A project's CMake files, as `runCMake` takes them. */
export const cmakeFiles = (files: readonly SourceFile[]): Files =>
  new Files([...files, { path: STUB_HEADER, text: '' }]);

/**
 * Evaluates a project's CMake: pure, on the files that are given. What it does not know is an error of the
 * graph, with file and line. Throws TooLarge past its limits.
 */
export function runCMake({ files, cuda, flags }: Request, programs: Programs): BuildGraph {
  const recorder = new GraphRecorder();
  const run = new Interpreter(files, programs, recorder, COMMANDS);
  const given = { DGX_SOURCE: ROOT, DGX_CUDA: cuda, DGX_GENCODE: flags };
  for (const [name, value] of Object.entries({ ...FACTS, ...given })) run.variables.set(name, value);
  const errors: string[] = [];
  try {
    run.runFile('/prelude', PRELUDE);
  } catch (error) {
    if (!(error instanceof CMakeError)) throw error;
    errors.push(describe(error));
  }
  return recorder.graph([...run.errors, ...errors]);
}
