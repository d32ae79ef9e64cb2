import { execFileSync } from 'node:child_process';
import { gitEnvironment } from '../../src/tree/git-environment.js';

/** Runs git with fixed names and dates. */
export function gitIn(dir: string, ...args: string[]): string {
  const env: Record<string, string> = {};
  for (const role of ['AUTHOR', 'COMMITTER']) {
    env[`GIT_${role}_NAME`] = 'mini';
    env[`GIT_${role}_EMAIL`] = 'mini@example.com';
    env[`GIT_${role}_DATE`] = '1770000000 +0000';
  }
  return execFileSync('git', ['-C', dir, ...args], {
    env: gitEnvironment(dir, { env, network: true }),
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();
}
