import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { actionSteps } from '../support/action.js';
import { fakeGitHub } from '../support/github-server.js';
import { gitIn, miniRepository } from '../support/repository.js';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp.js';

const CLI = new URL('../../dist/src/cli/main.js', import.meta.url).pathname;

const workflowsOf = (folder: string): string[] =>
  readdirSync(join(ROOT, folder, '.github/workflows')).map((name) => `${folder}/.github/workflows/${name}`);

/** Runs a step's command line as the runner does. */
function runStep(
  run: string,
  cwd: string,
  env: Record<string, string>,
): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve) => {
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd, ...env },
    });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      out += chunk;
    });
    child.on('close', (code) => resolve({ code, out }));
  });
}

/** A pins repository with the embedded tree as upstream, and what a pull request gives the action. */
function pinsRepository(change: (upstream: string) => void = () => {}): {
  dir: string;
  inputs: Record<string, string>;
  mirror: string;
} {
  const upstream = miniRepository();
  change(upstream.dir);
  const commit = gitIn(upstream.dir, 'rev-parse', 'HEAD');
  const dir = tempFolder();
  const pins = {
    formatVersion: 1,
    projects: { vllm: { repository: 'https://example.com/vllm.git' } },
    pins: [{ project: 'vllm', name: 'stable', commit, cuda: '13.0', arch: '12.1a' }],
    sets: [{ name: 'stable', vllm: 'stable', cuda: '13.0', arch: '12.1a' }],
  };
  writeFileSync(join(dir, 'upstream-pins.json'), JSON.stringify(pins, null, 2));
  const inputs = {
    cli: `node ${CLI}`,
    arguments: '--set stable --only vllm/software-e2m1,vllm/mtp-exclusion',
    pins: 'upstream-pins.json',
    token: 'secret',
    'pull-request': '7',
    key: 'stable',
  };
  return { dir, inputs, mirror: `vllm=${upstream.dir}` };
}

async function runAction(dir: string, inputs: Record<string, string>, runner: Record<string, string>) {
  const done: { name: string; code: number | null; out: string }[] = [];
  for (const { name, run, env, condition } of actionSteps()) {
    if (condition === "inputs.cli == ''" && inputs.cli !== '') continue;
    const given = Object.entries(env).map(([key, value]) => [
      key,
      value
        .replace(
          /\$\{\{ inputs\.([\w-]+)(?: \|\| [^}]*(?:\{0\}[^}]*)?)? \}\}/,
          (_, input: string) => inputs[input] ?? '',
        )
        .replace(/\$\{\{ github\.action_path \}\}/, ROOT),
    ]);
    done.push({ name, ...(await runStep(run, dir, { ...runner, ...Object.fromEntries(given) })) });
    if (done.at(-1)!.code !== 0) break;
  }
  return done;
}

describe.skipIf(!existsSync(CLI))('action.yml (skipped without a build: npm run build)', () => {
  it('has steps that each call the CLI once, and put no input into a script', () => {
    const steps = actionSteps().slice(1);
    expect(steps.length).toBeGreaterThan(5);
    for (const { name, run } of steps) {
      expect(run.match(/\$DGX_PATCH\b/g), name).toHaveLength(1);
      expect(run, name).not.toContain('${{');
    }
  });

  it('calls the command line of its own checkout, built once from its lock file, and no package by name', () => {
    const { run, env, condition } = actionSteps()[0]!;
    expect([run, condition]).toEqual([
      'bash "$CHECKOUT/scripts/action-build.sh" "$CHECKOUT"',
      "inputs.cli == ''",
    ]);
    expect(env.CHECKOUT).toMatch(/^\$\{\{ github\.action_path \}\}$/);
    const calls = new Set(
      actionSteps()
        .slice(1)
        .map((step) => step.env.DGX_PATCH),
    );
    expect(calls.size).toBe(1);
    expect([...calls][0]).toContain(
      "inputs.cli || format('node {0}/dist/bin/dgx-patch.js', github.action_path)",
    );
    for (const path of ['action.yml', ...workflowsOf('examples/pins-repository')]) {
      expect([path, readFileSync(join(ROOT, path), 'utf8').match(/\bnpx\b/g)]).toEqual([path, null]);
    }
  });

  it('builds a checkout that has no build, and leaves one that has', async () => {
    const dir = tempFolder();
    const bin = join(dir, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'npm'), '#!/bin/sh\necho "npm $*" in "$PWD" >>"$HOME/calls"\n', { mode: 0o755 });
    const env = { HOME: dir, PATH: `${bin}:${process.env.PATH}` };
    const script = join(ROOT, 'scripts/action-build.sh');
    expect((await runStep(`bash ${script} ${dir}`, ROOT, env)).code).toBe(0);
    expect(readFileSync(join(dir, 'calls'), 'utf8')).toBe(
      `npm ci --ignore-scripts --no-audit --no-fund in ${dir}\nnpm run build --silent in ${dir}\n`,
    );
    mkdirSync(join(dir, 'dist/bin'), { recursive: true });
    writeFileSync(join(dir, 'dist/bin/dgx-patch.js'), '');
    rmSync(join(dir, 'calls'));
    expect((await runStep(`bash ${script} ${dir}`, ROOT, env)).code).toBe(0);
    expect(existsSync(join(dir, 'calls'))).toBe(false);
  });

  it('posts one comment, updates it on the next run, uploads findings, and passes', async () => {
    const github = await fakeGitHub();
    github.comments.push({ id: 1, body: 'a comment of somebody else', html_url: '' });
    const { dir, inputs, mirror } = pinsRepository();
    const runner = {
      DGX_PATCH_MIRRORS: mirror,
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'owner/pins',
      GITHUB_SHA: 'a'.repeat(40),
      GITHUB_REF: 'refs/pull/7/merge',
      GITHUB_STEP_SUMMARY: join(dir, 'summary.md'),
    };
    const first = await runAction(dir, inputs, runner);
    expect(first.filter(({ code }) => code !== 0)).toEqual([]);
    expect(github.comments).toHaveLength(2);
    expect(github.comments[1]!.body).toMatch(/^<!-- dgx-patch stable -->\n### vllm@stable/);
    expect(readFileSync(join(dir, 'summary.md'), 'utf8')).toContain('### vllm@stable');
    expect(readFileSync(join(dir, 'dgx-patch-review.html'), 'utf8')).toMatch(/^<!doctype html>/);
    expect(JSON.parse(gunzipSync(Buffer.from(github.uploads[0]!.sarif, 'base64')).toString())).toMatchObject({
      version: '2.1.0',
    });
    expect([...github.tokens]).toEqual(['Bearer secret']);

    const again = await runAction(dir, inputs, runner);
    expect(again.find(({ name }) => name === 'Comment')!.out).toMatch(/^unchanged: /);
    const narrower = await runAction(
      dir,
      { ...inputs, arguments: '--set stable --only vllm/mtp-exclusion' },
      runner,
    );
    expect(narrower.find(({ name }) => name === 'Comment')!.out).toMatch(/^updated: /);
    expect(github.comments).toHaveLength(2);
    expect(github.comments[1]!.body).not.toContain('software-e2m1');
  });

  it('fails at its last step where a fix drifted, after the comment says so', async () => {
    const github = await fakeGitHub();
    const { dir, inputs, mirror } = pinsRepository((upstream) => {
      const path = join(upstream, 'csrc/quantization/fp4/nvfp4_utils.cuh');
      writeFileSync(path, readFileSync(path, 'utf8').replace('cvt.rn.satfinite', 'cvt.rn.relu.satfinite'));
      gitIn(upstream, 'commit', '--quiet', '--all', '--message', 'Clamp at nought');
    });
    const runner = { DGX_PATCH_MIRRORS: mirror, GITHUB_API_URL: github.url, GITHUB_REPOSITORY: 'owner/pins' };
    const done = await runAction(dir, inputs, { ...runner, GITHUB_SHA: 'a', GITHUB_REF: 'b' });
    expect(done.filter(({ code }) => code !== 0).map(({ name, code }) => [name, code])).toEqual([
      ['Fail on drift', 1],
    ]);
    expect(done.at(-1)!.out).toMatch(
      /::error file=upstream-pins.json,line=\d+,title=vllm@stable%3A vllm\/software-e2m1 drifted::/,
    );
    expect(github.comments[0]!.body).toContain('| `vllm/software-e2m1` | ⛔ drifted |');
    const { results } = JSON.parse(gunzipSync(Buffer.from(github.uploads[0]!.sarif, 'base64')).toString())
      .runs[0] as { results: { level: string; ruleId: string }[] };
    // What is needed is a note.
    expect(results.filter(({ level }) => level === 'error').map(({ ruleId }) => ruleId)).toEqual([
      'vllm/software-e2m1',
    ]);
  });

  it('says what is missing where there is no token', async () => {
    const { dir } = pinsRepository();
    writeFileSync(join(dir, 'dgx-patch-review.md'), 'text');
    const step = actionSteps().find(({ name }) => name === 'Comment')!;
    const { code, out } = await runStep(step.run, dir, {
      DGX_PATCH: `node ${CLI}`,
      PULL_REQUEST: '7',
      KEY: 'k',
    });
    expect(code).toBe(2);
    expect(out).toContain('there is no token for GitHub');
  });
});
