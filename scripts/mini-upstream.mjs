// A git repository of the embedded miniature of vLLM, tag `mini`: `node scripts/mini-upstream.mjs FOLDER`.
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// A fixed author and date give the same commit, and so the same commits of ours, everywhere.
const IDENTITY = { NAME: 'mini', EMAIL: 'mini@example.com', DATE: '1770000000 +0000' };

export function miniUpstream(folder) {
  cpSync(fileURLToPath(new URL('../fixtures/trees/mini-vllm', import.meta.url)), folder, { recursive: true });
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  for (const role of ['AUTHOR', 'COMMITTER']) {
    for (const [key, value] of Object.entries(IDENTITY)) env[`GIT_${role}_${key}`] = value;
  }
  const git = (...args) => execFileSync('git', ['-C', folder, ...args], { env, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'A miniature of vLLM v0.16');
  git('tag', 'mini');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) miniUpstream(process.argv[2]);
