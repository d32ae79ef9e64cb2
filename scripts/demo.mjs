// The main job on the embedded miniature tree, offline: status, diff, apply, apply again, revert.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { miniUpstream } from './mini-upstream.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist/bin/dgx-patch.js');
const work = mkdtempSync(join(tmpdir(), 'dgx-patch-demo-'));
const upstream = join(work, 'upstream');

function dgxPatch(...args) {
  process.stdout.write(`\n$ dgx-patch ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, [cli, ...args, ...(args[0] === 'revert' ? [] : mirror)], {
    cwd: work,
    // The demo depends on nothing of the machine.
    env: { ...process.env, DGX_PATCH_MIRRORS: '' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`dgx-patch ${args[0]} ended with ${status}`);
}

const mirror = ['--mirror', 'vllm=upstream'];
try {
  miniUpstream(upstream);
  dgxPatch('status', '--target', 'vllm@mini');
  dgxPatch('diff', '--target', 'vllm@mini', '--only', 'vllm/software-e2m1');
  dgxPatch('apply', '--target', 'vllm@mini', '--out', 'vllm-spark');
  dgxPatch('apply', '--target', 'vllm@mini', '--out', 'vllm-spark');
  dgxPatch('revert', '--dir', 'vllm-spark');
} finally {
  rmSync(work, { recursive: true, force: true });
}
