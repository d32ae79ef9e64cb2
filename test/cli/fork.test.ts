import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { recognise } from '../../src/revision/recognise.js';
import { cli, type Ran } from '../support/cli.js';
import { containerPlace } from '../support/container-place.js';
import { Repository } from '../support/git-server.js';
import { gitIn, miniRepository, snapshot } from '../support/repository.js';
import { tempFolder } from '../support/temp.js';

const FIXES = 'vllm/mtp-exclusion,vllm/software-e2m1';
const ONLY = ['--only', FIXES];

let fork: string;
let head: string;

/** A fork of the miniature vLLM with two commits of its owner on top: copied for each test. */
let base: string;
const apart = mkdtempSync(join(tmpdir(), 'dgx-patch-fork-'));
afterAll(() => rmSync(apart, { recursive: true, force: true }));
beforeAll(() => {
  ({ dir: base } = miniRepository(apart));
  for (const name of ['OURS.md', 'NOTES.md']) {
    writeFileSync(join(base, name), 'ours\n');
    gitIn(base, 'add', '--all');
    gitIn(base, 'commit', '--quiet', '--message', name);
  }
  head = gitIn(base, 'rev-parse', 'HEAD');
});
beforeEach(() => {
  fork = tempFolder();
  cpSync(base, fork, { recursive: true });
});

const on = (command: string, ...more: string[]): Promise<Ran> =>
  cli(command, '--dir', fork, ...ONLY, ...more);
const revert = (): Promise<Ran> => cli('revert', '--dir', fork);
const ids = (): string =>
  gitIn(fork, 'log', '--format=%(trailers:key=Dgx-Patch-Id,valueonly,separator=)', `${head}..HEAD`);

describe('a fork with commits of its own', () => {
  it('is judged at its HEAD, from its own objects', async () => {
    const status = await on('status', '--json');
    expect(JSON.parse(status.out)).toMatchObject({
      target: { project: 'vllm', commit: head },
      fixes: [{ verdict: 'needed' }, { verdict: 'needed' }],
    });
    const diff = await on('diff');
    writeFileSync(join(tempFolder(), 'p.patch'), diff.out);
    expect(diff).toMatchObject({ code: 0, err: '' });
    expect(diff.out).toContain('+++ b/csrc/quantization/fp4/nvfp4_utils.cuh');
    const out = join(tempFolder(), 'patches');
    expect(await on('export', '--out', out)).toMatchObject({ code: 0 });
    expect(existsSync(join(out, 'series'))).toBe(true);
    expect(await on('verify', '--stage', 'parse,judge')).toMatchObject({ code: 0 });
  });

  it('gets the fixes on top, and gives them back byte for byte', async () => {
    const before = snapshot(fork);
    expect(await on('apply')).toMatchObject({ code: 0 });
    expect(ids().split('\n').sort()).toEqual(FIXES.split(','));
    expect((await on('apply')).out).toContain('nothing to do, 2 fixes are applied already');
    expect(await on('verify', '--stage', 'parse,judge')).toMatchObject({ code: 0 });
    expect(await revert()).toMatchObject({ code: 0 });
    expect(snapshot(fork)).toEqual(before);
    expect(gitIn(fork, 'rev-parse', 'HEAD')).toBe(head);
  });

  it('is found by its commit, though no mirror has it', async () => {
    const other = miniRepository().dir;
    const target = ['--target', `vllm@${head}`, '--mirror', `vllm=${other}`];
    expect(await on('apply', ...target)).toMatchObject({ code: 0 });
  });

  it('is told apart from the revision that it was made from, and nobody is told to drop it', async () => {
    const ran = await on('apply', '--target', 'vllm@mini');
    expect(ran).toMatchObject({ code: 5 });
    expect(ran.err).toMatch(/it is a fork with commits of its own/);
    expect(ran.err).toMatch(/without --target/);
    expect(ran.err).not.toMatch(/checkout [0-9a-f]{40}/);
  });

  it('with changes that are not committed is judged without them, and not applied to', async () => {
    writeFileSync(join(fork, 'README.md'), 'mine\n');
    expect((await on('status')).err).toContain('HEAD is judged, without 1 changed file');
    const ran = await on('apply');
    expect(ran).toMatchObject({ code: 5 });
    expect(ran.err).toMatch(/has 1 changed file: README.md/);
    expect(readFileSync(join(fork, 'README.md'), 'utf8')).toBe('mine\n');
  });

  it('keeps what its owner committed on top of the fixes', async () => {
    await on('apply', '--only', 'vllm/mtp-exclusion');
    const before = snapshot(fork);
    writeFileSync(join(fork, 'MORE.md'), 'more\n');
    gitIn(fork, 'add', '--all');
    gitIn(fork, 'commit', '--quiet', '--message', 'more');
    const more = gitIn(fork, 'rev-parse', 'HEAD');
    expect((await on('status', '--json')).out).toContain('"applied"');
    expect((await on('apply')).out).toContain('nothing to do');
    const ran = await revert();
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.out).toMatch(/2 fixes taken back, in the commit [0-9a-f]{12}/);
    expect(gitIn(fork, 'rev-parse', 'HEAD~')).toBe(more);
    expect(gitIn(fork, 'status', '--porcelain')).toBe('');
    expect(gitIn(fork, 'diff', '--name-only', head, 'HEAD')).toBe('MORE.md');
    expect((await revert()).err).toContain('nothing was applied');
    expect(await on('apply')).toMatchObject({ code: 0 });
    expect(Object.keys(snapshot(fork)).sort()).toEqual([...Object.keys(before), 'MORE.md'].sort());
  });
});

describe('what is no tree of ours', () => {
  it.each(['status', 'diff', 'apply', 'verify'])('%s says so', async (command) => {
    const repository = await Repository.make();
    await repository.commit({ 'main.c': 'int main;\n' });
    const ran = await cli(command, '--dir', repository.dir);
    expect(ran).toMatchObject({ code: 3, out: '' });
    expect(ran.err).toContain('is no tree of vLLM, FlashInfer or CUTLASS');
  });

  it('and a folder without a repository is called that', async () => {
    const ran = await cli('status', '--dir', tempFolder());
    expect(ran).toMatchObject({ code: 5 });
    expect(ran.err).toContain('is not a git checkout');
  });

  it('while each project is known by its paths', () => {
    expect(recognise(['CMakeLists.txt', 'csrc/a.cu', 'vllm/model_executor/a.py'])).toBe('vllm');
    expect(recognise(['flashinfer/__init__.py', 'include/flashinfer/a.cuh'])).toBe('flashinfer');
    expect(recognise(['include/cutlass/cutlass.h', 'include/cute/tensor.hpp'])).toBe('cutlass');
    expect(recognise(['flashinfer/__init__.py'])).toBeUndefined();
  });
});

describe('a copy without its receipt', () => {
  /** As after a push and a clone. */
  beforeEach(async () => {
    expect(await on('apply')).toMatchObject({ code: 0 });
    const clone = join(tempFolder(), 'clone');
    gitIn(fork, 'clone', '--quiet', fork, clone);
    fork = clone;
  });

  it('is known by its commits: status, apply and verify', async () => {
    expect(JSON.parse((await on('status', '--json')).out)).toMatchObject({
      fixes: [{ verdict: 'applied' }, { verdict: 'applied' }],
    });
    expect((await on('apply')).out).toContain('nothing to do, 2 fixes are applied already');
    expect(await on('apply', '--target', `vllm@${head}`)).toMatchObject({ code: 0 });
    const verified = await on('verify', '--stage', 'parse,judge', '--json');
    expect(JSON.parse(verified.out)).toMatchObject({ state: 'passed', target: { commit: head } });
  });

  it('is given back with a commit, since its history may be shared', async () => {
    const patched = gitIn(fork, 'rev-parse', 'HEAD');
    const ran = await revert();
    expect(ran).toMatchObject({ code: 0 });
    expect(gitIn(fork, 'rev-parse', 'HEAD~')).toBe(patched);
    expect(gitIn(fork, 'diff', head, 'HEAD')).toBe('');
    expect(gitIn(fork, 'status', '--porcelain')).toBe('');
  });

  it('is not given back where a file changed since', async () => {
    const path = 'csrc/quantization/fp4/nvfp4_utils.cuh';
    writeFileSync(join(fork, path), `${snapshot(fork)[path]}// mine\n`);
    gitIn(fork, 'commit', '--quiet', '--all', '--message', 'mine');
    const ran = await revert();
    expect(ran).toMatchObject({ code: 5 });
    expect(ran.err).toContain(path);
  });

  it('of a shallow history says what it would need', async () => {
    const shallow = join(tempFolder(), 'shallow');
    gitIn(fork, 'clone', '--quiet', '--depth=2', `file://${fork}`, shallow);
    fork = shallow;
    const ran = await revert();
    expect([0, 5]).toContain(ran.code);
    if (ran.code === 5) expect(ran.err).toMatch(/fetch/);
  });
});

it('a copy is built from: its commits are judged for the set’s build', async () => {
  const place = await containerPlace();
  rmSync(join(place.tree, '.git/dgx-patch'), { recursive: true });
  const ran = await cli('build', ...place.args, '--context-only', join(place.dir, 'context'));
  expect(ran).toMatchObject({ code: 0 });
  expect(existsSync(join(place.dir, 'context/receipts/vllm.json'))).toBe(true);
});

it('a harmful edit is said by apply, diff, verify and build too', async () => {
  writeFileSync(join(fork, 'docker.Dockerfile'), '');
  const place = join(fork, 'csrc/our_fp4.h');
  writeFileSync(place, '#pragma once\nstruct __align__(1) __nv_fp4_e2m1 {\n  char x;\n};\n');
  gitIn(fork, 'add', '--all');
  gitIn(fork, 'commit', '--quiet', '--message', 'ours');
  const words = /warning: harmful, and in the tree already, vllm\/fp4-types: [\s\S]*csrc\/our_fp4.h:2/;
  expect((await on('diff')).err).toMatch(words);
  expect((await on('verify', '--stage', 'parse')).err).toMatch(words);
  expect((await on('apply')).err).toMatch(words);
  expect((await on('verify', '--stage', 'parse')).err).toMatch(words);
});

describe('a revision that is not found', () => {
  it('is called ambiguous where it is that', async () => {
    // So many commits that two start with the same four digits, the least that git takes.
    const commits = Array.from(
      { length: 1500 },
      (_, n) =>
        `reset refs/heads/many\ncommit refs/heads/many\nmark :${n + 1}\ncommitter m <m@x> ${n} +0000\ndata 0\n\n`,
    );
    const marks = join(fork, '.git/marks');
    execFileSync('git', ['-C', fork, 'fast-import', '--quiet', `--export-marks=${marks}`], {
      input: commits.join(''),
    });
    const starts = readFileSync(marks, 'utf8')
      .split('\n')
      .map((line) => line.slice(line.indexOf(' ') + 1).slice(0, 4));
    const prefix = starts.find((start, n) => starts.indexOf(start) < n);
    const ran = await cli('status', '--target', `vllm@${prefix}`, '--mirror', `vllm=${fork}`);
    expect(ran).toMatchObject({ code: 3 });
    expect(ran.err).toContain(`${prefix} is ambiguous`);
    expect(ran.err).toContain('give more digits');
  });

  it('is called a pin that the mirror lacks where it is that', async () => {
    vi.stubEnv('DGX_PATCH_MIRRORS', '');
    onTestFinished(() => void vi.unstubAllEnvs());
    const ran = await cli('status', '--target', 'vllm@v0.16.0', '--mirror', `vllm=${fork}`);
    expect(ran).toMatchObject({ code: 3 });
    expect(ran.err).toMatch(/vllm@v0.16.0 is 89a77b10846f, which is not in /);
    expect(ran.err).toContain('add another mirror (--mirror vllm=');
    expect(ran.err).not.toContain('known pins');
  });
});
