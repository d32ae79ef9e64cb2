import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SourceTree } from '../../src/source/tree.js';

export const hasNvcc = spawnSync('nvcc', ['--version']).status === 0;

/** For the title of a test that is left out without the compiler. */
export const withoutNvcc = hasNvcc ? '' : ' (skipped: nvcc is not there)';

export interface Compiled {
  readonly code: number;
  readonly output: string;
}

/** Compiles one file for targets such as `121a`. What it makes is thrown away. */
export function compile(file: string, targets: readonly string[], flags: readonly string[]): Compiled {
  const gencode = targets.flatMap((sm) => ['-gencode', `arch=compute_${sm},code=sm_${sm}`]);
  const argv = ['-std=c++17', '--expt-relaxed-constexpr', '--threads', '2', ...gencode, ...flags];
  const env = { ...process.env, NVCC_PREPEND_FLAGS: '', NVCC_APPEND_FLAGS: '' };
  const { status, stdout, stderr } = spawnSync('nvcc', [...argv, '-fatbin', file, '-o', `${file}.fatbin`], {
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { code: status ?? 1, output: stdout + stderr };
}

/** Writes the files of a tree that a build needs. */
export async function writeTree(tree: SourceTree, wanted: RegExp, dir: string): Promise<void> {
  for (const path of (await tree.paths()).filter((one) => wanted.test(one))) {
    const file = await tree.read(path);
    if (!file) continue;
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), file.text, 'latin1');
  }
}
