import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gitEnvironment } from '../../src/tree/git-environment.js';
import { tempFolder } from './temp.js';

const MINI = new URL('../../fixtures/trees/mini-vllm', import.meta.url).pathname;

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

/** A git repository of the miniature vLLM tree, with the tag `mini`. */
export function miniRepository(): { dir: string; commit: string } {
  const dir = join(tempFolder(), 'upstream');
  cpSync(MINI, dir, { recursive: true });
  gitIn(dir, 'init', '--quiet', '--initial-branch=main');
  gitIn(dir, 'add', '--all');
  gitIn(dir, 'commit', '--quiet', '--message', 'A miniature of vLLM');
  gitIn(dir, 'tag', 'mini');
  return { dir, commit: gitIn(dir, 'rev-parse', 'HEAD') };
}

/** Every file below a folder but those of git, with its bytes: two equal snapshots are equal trees. */
export function snapshot(dir: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = relative(dir, join(entry.parentPath, entry.name));
    if (entry.isFile() && path !== '.git' && !path.startsWith('.git/')) {
      files[path] = readFileSync(join(dir, path), 'latin1');
    }
  }
  return files;
}
