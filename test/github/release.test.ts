import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stepsOf } from '../support/action.js';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp.js';

const WORKFLOW = '.github/workflows/release.yml';
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

/** A program that writes down how it was called. What it must answer or make is `more`. */
const standIn = (name: string, more = ''): string => `#!/bin/bash\necho "${name} $*" >>"$CALLS"\n${more}\n`;

const STAND_INS: Record<string, string> = {
  npm: standIn('npm'),
  gh: standIn('gh'),
  sudo: standIn('sudo'),
  docker: standIn(
    'docker',
    `[[ "$*" != *"imagetools inspect"* ]] || echo sha256:base
while [ $# -gt 0 ]; do
  [ "$1" != --metadata-file ] || echo '{"containerimage.digest":"sha256:made"}' >"$2"
  shift
done`,
  ),
};

/** A checkout with what `npm run package` would have made, and stand-ins for all that publishes. */
function checkout(): { dir: string; env: Record<string, string> } {
  const dir = tempFolder();
  for (const path of ['package.json', 'README.md', 'Containerfile', 'scripts']) {
    cpSync(join(ROOT, path), join(dir, path), { recursive: true });
  }
  const bin = join(dir, 'stand-ins');
  mkdirSync(bin);
  for (const [name, text] of Object.entries(STAND_INS)) writeFileSync(join(bin, name), text, { mode: 0o755 });
  mkdirSync(join(dir, 'dist-release'));
  for (const arch of ['x64', 'arm64']) {
    const name = `dgx-patch-${version}-linux-${arch}`;
    mkdirSync(join(dir, name));
    writeFileSync(join(dir, name, 'dgx-patch'), arch);
    execFileSync('tar', ['-C', dir, '-czf', join(dir, `dist-release/${name}.tar.gz`), name]);
    writeFileSync(join(dir, `dist-release/dgx_patch-${version}-${arch}.whl`), arch);
  }
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: dir,
    CALLS: join(dir, 'calls'),
    GITHUB_OUTPUT: join(dir, 'output'),
    TAG: `v${version}`,
    REPOSITORY: 'Owner/dgx-patch',
  };
  return { dir, env };
}

const run = (line: string, { dir, env }: ReturnType<typeof checkout>, more: Record<string, string> = {}) =>
  spawnSync('bash', ['-eo', 'pipefail', '-c', line], {
    cwd: dir,
    env: { ...env, ...more },
    encoding: 'utf8',
  });

describe('the release workflow', () => {
  it('makes and publishes everything from a tag, in its order, and puts no expression into a script', () => {
    const place = checkout();
    for (const { name, run: line } of stepsOf(WORKFLOW).filter((step) => step.run !== undefined)) {
      expect(line, name).not.toMatch(/\$\{\{/);
      const { status, stderr } = run(line, place);
      expect([name, status, stderr]).toEqual([name, 0, '']);
    }
    const calls = readFileSync(place.env.CALLS!, 'utf8').replaceAll(place.dir, '');
    const image = 'ghcr.io/owner/dgx-patch';
    for (const call of [
      /^npm ci .*\nnpm test\n(?:sudo .*\n)+npm run package$/m,
      /^docker buildx build --platform linux\/amd64,linux\/arm64 .*--build-arg BASE=\S+@sha256:base /m,
      new RegExp(`--tag ${image}:${version} --tag ${image}:latest `),
      new RegExp(`^gh release create v${version} .*\\.whl.* --verify-tag`, 'm'),
      /^npm publish --provenance --access public$/m,
    ]) {
      expect(calls).toMatch(call);
    }
    expect(readFileSync(place.env.GITHUB_OUTPUT!, 'utf8')).toBe(`name=${image}\ndigest=sha256:made\n`);
    expect(existsSync(join(place.dir, `dist-wheels/dgx_patch-${version}-arm64.whl`))).toBe(true);
  });

  it('attests what it uploads and pushes', () => {
    const text = readFileSync(join(ROOT, WORKFLOW), 'utf8');
    expect(text.match(/attest-build-provenance/g)).toHaveLength(2);
    for (const permission of ['id-token', 'attestations']) expect(text).toContain(`  ${permission}: write`);
  });

  it('leaves no placeholder in what ships', () => {
    const place = checkout();
    expect(run('node scripts/release/names.mjs "$TAG" "$REPOSITORY"', place).status).toBe(0);
    for (const path of ['package.json', 'scripts/package/install.sh', 'README.md', 'Containerfile']) {
      expect([path, readFileSync(join(place.dir, path), 'utf8').includes('YOUR-ORGANISATION')]).toEqual([
        path,
        false,
      ]);
    }
    const about = JSON.parse(readFileSync(join(place.dir, 'package.json'), 'utf8')) as {
      repository: { url: string };
    };
    expect(about.repository.url).toBe('git+https://github.com/Owner/dgx-patch.git');
  });

  it.each([
    ['a tag that is not the version', { TAG: 'v99.0.0' }],
    ['no repository', { REPOSITORY: '' }],
  ])('stops at %s', (_name, more) => {
    expect(run('node scripts/release/names.mjs "$TAG" "$REPOSITORY"', checkout(), more).status).toBe(1);
  });
});
