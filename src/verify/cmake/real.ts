import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { gencodeFlags } from '../../evaluate/arch.js';
import { ROOT } from '../../evaluate/cmake/files.js';
import { STUB_HEADER, STUBS } from '../../evaluate/cmake/prelude.js';
import type { BuildGraph } from '../../evaluate/graph.js';
import type { Build } from '../../source/build.js';
import type { SourceFile } from '../../source/file.js';
import { pathBelow } from '../../tree/disk-path.js';
import { readTrace } from './trace.js';

const DRIVER = `cmake_minimum_required(VERSION 3.19...3.31)\n${STUBS}\n_include("\${DGX_SOURCE}/CMakeLists.txt")\n`;

interface Run {
  readonly code: number;
  readonly stderr: string;
}

/** Undefined where there is no cmake. */
function runCMake(args: readonly string[], cwd: string): Promise<Run | undefined> {
  // Nothing else of the environment: what comes out depends on the files and the build alone.
  const env = { PATH: process.env.PATH, HOME: cwd, TMPDIR: cwd, LC_ALL: 'C' };
  return new Promise((resolve) => {
    execFile(
      'cmake',
      [...args],
      { cwd, env, maxBuffer: 64 << 20, timeout: 60_000 },
      (error, _stdout, stderr) => {
        if (error && (error as NodeJS.ErrnoException).code === 'ENOENT') resolve(undefined);
        else resolve({ code: error ? Number(error.code ?? 1) || 1 : 0, stderr });
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
 * The second opinion on an evaluation: a project's CMake for a build, by the real `cmake -P` with the same
 * stubs. It runs the tree's CMake, which can do whatever CMake can: for trees that are built anyhow. Undefined
 * where there is no cmake.
 */
export async function evaluateWithCMake(
  files: readonly SourceFile[],
  build: Build,
): Promise<BuildGraph | undefined> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'dgx-patch-cmake-')));
  try {
    const written = [...files, { path: STUB_HEADER, text: '' }];
    for (const folder of new Set(written.map((file) => dirname(pathBelow(root, file.path)))))
      await mkdir(folder, { recursive: true });
    await Promise.all(written.map((file) => writeFile(pathBelow(root, file.path), file.text, 'latin1')));
    const [driver, trace] = [join(root, '.dgx-patch.cmake'), join(root, '.trace.json')];
    await writeFile(driver, DRIVER);
    const sources = new Set(files.map((file) => basename(file.path)));
    const run = await runCMake(
      [
        '--trace-expand',
        '--trace-format=json-v1',
        `--trace-redirect=${trace}`,
        ...[...sources].map((name) => `--trace-source=${name}`),
        `-DDGX_SOURCE=${root}`,
        `-DDGX_CUDA=${build.cuda}`,
        `-DDGX_GENCODE=${gencodeFlags(build.arch)}`,
        '-P',
        driver,
      ],
      root,
    );
    if (!run) return undefined;
    const errors = errorsOf(run.stderr, root);
    if (run.code !== 0 && errors.length === 0)
      errors.push(`cmake ended with ${run.code}: ${run.stderr.slice(-300).trim()}`);
    return readTrace(await readFile(trace, 'utf8').catch(() => ''), root, ROOT, errors);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
