// The main job on the embedded miniature tree, offline: status, diff, apply, apply again, revert.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist/bin/dgx-patch.js');
const work = mkdtempSync(join(tmpdir(), 'dgx-patch-demo-'));
const upstream = join(work, 'upstream');

// A fixed author and date give the same commit, and so the same commits of ours, everywhere.
const identity = { NAME: 'mini', EMAIL: 'mini@example.com', DATE: '1770000000 +0000' };
const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
for (const role of ['AUTHOR', 'COMMITTER']) {
  for (const [key, value] of Object.entries(identity)) env[`GIT_${role}_${key}`] = value;
}
const git = (...args) => execFileSync('git', ['-C', upstream, ...args], { env, stdio: 'pipe' });

function dgxPatch(...args) {
  process.stdout.write(`\n$ dgx-patch ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, [cli, ...args, ...(args[0] === 'revert' ? [] : mirror)], {
    cwd: work,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`dgx-patch ${args[0]} ended with ${status}`);
}

const mirror = ['--mirror', 'vllm=upstream'];
try {
  cpSync(join(root, 'fixtures/trees/mini-vllm'), upstream, { recursive: true });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'A miniature of vLLM v0.16');
  git('tag', 'mini');
  dgxPatch('status', '--target', 'vllm@mini');
  dgxPatch('diff', '--target', 'vllm@mini', '--only', 'vllm/software-e2m1');
  dgxPatch('apply', '--target', 'vllm@mini', '--out', 'vllm-spark');
  dgxPatch('apply', '--target', 'vllm@mini', '--out', 'vllm-spark');
  dgxPatch('revert', '--dir', 'vllm-spark');
} finally {
  rmSync(work, { recursive: true, force: true });
}
