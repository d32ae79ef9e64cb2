import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { assetPath } from '../assets.js';
import { Failure } from '../failure.js';
import type { Build } from '../source/build.js';
import type { SourceFile } from '../source/file.js';
import { gencodeFlags } from './arch.js';
import type { BuildGraph } from './graph.js';
import { readTrace } from './trace.js';

const DRIVER = 'src/evaluate/driver.cmake';

interface Run {
  readonly code: number;
  readonly stderr: string;
}

function runCMake(args: readonly string[], cwd: string): Promise<Run> {
  // Nothing else of the environment: what comes out depends on the files and the build alone.
  const env = { PATH: process.env.PATH, HOME: cwd, TMPDIR: cwd, LC_ALL: 'C' };
  return new Promise((resolve, reject) => {
    execFile(
      'cmake',
      [...args],
      { cwd, env, maxBuffer: 64 << 20, timeout: 60_000 },
      (error, _stdout, stderr) => {
        if (error && (error as NodeJS.ErrnoException).code === 'ENOENT') {
          reject(
            new Failure('unavailable', 'cmake was not found: the arch lists are judged by running it', {
              next: 'install it (for example: apt-get install cmake), or leave those fixes out with --skip',
            }),
          );
        } else resolve({ code: error ? Number(error.code ?? 1) || 1 : 0, stderr });
      },
    );
  });
}

/** The `CMake Error at …` messages, one line each. */
function errorsOf(stderr: string, root: string): string[] {
  return [...stderr.matchAll(/^CMake Error[^\n]*\n((?:\s{2}[^\n]*\n|\n)*)/gm)].map((match) =>
    match[0]
      .replaceAll(`${root}/`, '')
      .replace(/\s+/g, ' ')
      .replace(/Call Stack.*$/, '')
      .trim(),
  );
}

/**
 * Evaluates a project's CMake for a build with the real `cmake -P` (src/evaluate/driver.cmake).
 * `files` are CMakeLists.txt and every .cmake file that it may include.
 */
export async function evaluateCMake(files: readonly SourceFile[], build: Build): Promise<BuildGraph> {
  const root = await mkdtemp(join(tmpdir(), 'dgx-patch-cmake-'));
  try {
    const folders = new Set(files.map((file) => join(root, dirname(file.path))));
    folders.add(join(root, '.stub/cutlass'));
    for (const folder of folders) await mkdir(folder, { recursive: true });
    // Some external projects insist on a CUTLASS header being there.
    await writeFile(join(root, '.stub/cutlass/cutlass.h'), '');
    await Promise.all(files.map((file) => writeFile(join(root, file.path), file.text, 'latin1')));
    const traced = files
      .map((file) => basename(file.path))
      .filter((name) => name !== 'utils.cmake')
      .map((name) => `--trace-source=${name}`);
    const trace = join(root, '.trace.json');
    const { code, stderr } = await runCMake(
      [
        '--trace-expand',
        '--trace-format=json-v1',
        `--trace-redirect=${trace}`,
        ...traced,
        `-DDGX_SOURCE=${root}`,
        `-DDGX_CUDA=${build.cuda}`,
        `-DDGX_GENCODE=${gencodeFlags(build.arch)}`,
        '-P',
        assetPath(DRIVER),
      ],
      root,
    );
    const errors = errorsOf(stderr, root);
    if (code !== 0 && errors.length === 0)
      errors.push(`cmake ended with ${code}: ${stderr.slice(-300).trim()}`);
    return readTrace(await readFile(trace, 'utf8').catch(() => ''), root, errors);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
