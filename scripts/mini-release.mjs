// What README.md is typed with, in FOLDER: a mirror whose releases are the miniature of vLLM, and a pins file of
// them. `node scripts/mini-release.mjs FOLDER`
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { miniUpstream } from './mini-upstream.mjs';

const folder = process.argv[2] ?? '';
const mirror = join(folder, 'mirror');
mkdirSync(folder, { recursive: true });
miniUpstream(mirror);
const git = (...args) =>
  execFileSync('git', ['-C', mirror, '-c', 'user.name=mini', '-c', 'user.email=mini@example.com', ...args], {
    encoding: 'utf8',
  }).trim();

for (const tag of ['v0.16.0', 'v0.20.0']) git('tag', tag);
mkdirSync(join(mirror, 'requirements'));
writeFileSync(join(mirror, 'requirements/build.txt'), 'cmake\n');
git('add', '--all');
git('commit', '--quiet', '--message', 'What an image needs');
git('tag', 'v0.20.2');

const build = { cuda: '13.0', arch: '12.1a' };
const pins = ['v0.16.0', 'v0.20.0', 'v0.20.2'].map((tag) => ({
  project: 'vllm',
  name: tag,
  commit: git('rev-parse', `${tag}^{commit}`),
  tag,
  ...build,
}));
const document = {
  formatVersion: 1,
  projects: { vllm: { repository: 'https://github.com/vllm-project/vllm.git' } },
  pins,
  sets: [{ name: 'v0.20', vllm: 'v0.20.2', ...build }],
};
writeFileSync(join(folder, 'upstream-pins.json'), `${JSON.stringify(document, null, 2)}\n`);
