import { spawnSync } from 'node:child_process';

/** `DGX_PATCH_PYTHON` names another interpreter, for example one that has torch. */
const PYTHON = process.env.DGX_PATCH_PYTHON ?? 'python3';

/** True where python3 can be run: tests that execute edited code need it. */
export const hasPython = spawnSync(PYTHON, ['--version']).status === 0;

/** True where it can import torch as well. */
export const hasTorch = hasPython && spawnSync(PYTHON, ['-c', 'import torch']).status === 0;

/** Runs a script with `input` as JSON on stdin, and gives what it prints, read as JSON. */
export function runPython(script: string, input: unknown): unknown {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
