import { spawnSync } from 'node:child_process';

/** True where a python3 can be run: tests that execute edited code need one. */
export const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Runs a script with `input` as JSON on stdin, and gives what it prints, read as JSON. */
export function runPython(script: string, input: unknown): unknown {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
