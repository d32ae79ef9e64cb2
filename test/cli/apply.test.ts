import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cli, type Ran } from '../support/cli.js';
import { gitIn, miniRepository, snapshot } from '../support/repository.js';
import { tempFolder } from '../support/temp.js';

let upstream: string;
let commit: string;
let out: string;

beforeEach(() => {
  ({ dir: upstream, commit } = miniRepository());
  out = join(dirname(upstream), 'vllm-spark');
});

const apply = (...args: string[]): Promise<Ran> =>
  cli('apply', '--target', 'vllm@mini', '--mirror', `vllm=${upstream}`, ...args);

describe('apply', () => {
  it('makes a checkout with one commit a fix, the same commits anywhere, and does nothing the second time', async () => {
    expect(await apply('--out', out)).toMatchObject({ code: 0 });
    const commits = gitIn(out, 'log', '--format=%H %an %ae %at', `${commit}..HEAD`);
    const ids = gitIn(
      out,
      'log',
      '--format=%(trailers:key=Dgx-Patch-Id,valueonly,separator=)',
      `${commit}..HEAD`,
    );
    expect(new Set(ids.split('\n')).size).toBe(commits.split('\n').length);
    expect(gitIn(out, 'status', '--porcelain')).toBe('');
    const again = await apply('--out', out);
    expect(again.out).toContain('nothing to do');
    expect(gitIn(out, 'log', '--format=%H %an %ae %at', `${commit}..HEAD`)).toBe(commits);

    const elsewhere = join(tempFolder(), 'other');
    await apply('--out', elsewhere);
    expect(gitIn(elsewhere, 'log', '--format=%H %an %ae %at', `${commit}..HEAD`)).toBe(commits);
  });

  it('gives the tree that its own diff describes', async () => {
    const { out: patch } = await cli('diff', '--target', 'vllm@mini', '--mirror', `vllm=${upstream}`);
    await apply('--out', out);
    const clone = join(tempFolder(), 'clone');
    gitIn(dirname(clone), 'clone', '--quiet', upstream, clone);
    writeFileSync(join(dirname(clone), 'p.patch'), patch);
    gitIn(clone, 'apply', '--3way', join(dirname(clone), 'p.patch'));
    expect(gitIn(clone, 'write-tree')).toBe(gitIn(out, 'rev-parse', 'HEAD^{tree}'));
  });

  it('prints with --dry-run what diff prints, and writes nothing', async () => {
    const before = readdirSync(dirname(upstream));
    const dry = await apply('--out', out, '--dry-run');
    const diff = await cli('diff', '--target', 'vllm@mini', '--mirror', `vllm=${upstream}`);
    expect(dry).toEqual(diff);
    expect(readdirSync(dirname(upstream))).toEqual(before);
    expect(await apply('--dry-run', '--exit-code')).toMatchObject({ code: 1 });
  });

  it.each([['--commit'], ['--no-commit']])(
    'works on an existing checkout (%s), and revert gives the exact bytes back',
    async (mode) => {
      const before = snapshot(upstream);
      const flags = mode === '--commit' ? [] : [mode!];
      expect(await apply('--dir', upstream, ...flags)).toMatchObject({ code: 0 });
      expect(snapshot(upstream)).not.toEqual(before);
      expect((await apply('--dir', upstream, ...flags)).out).toContain('nothing to do');
      expect(await cli('revert', '--dir', upstream)).toMatchObject({ code: 0 });
      expect(snapshot(upstream)).toEqual(before);
      expect(gitIn(upstream, 'rev-parse', 'HEAD')).toBe(commit);
      expect(gitIn(upstream, 'status', '--porcelain')).toBe('');
    },
  );

  it('adds a fix that was skipped before, and takes all back at once', async () => {
    const before = snapshot(upstream);
    await apply('--dir', upstream, '--only', 'vllm/software-e2m1');
    expect((await apply('--dir', upstream, '--full')).out).not.toContain('vllm/software-e2m1');
    expect(await cli('revert', '--dir', upstream)).toMatchObject({ code: 0 });
    expect(snapshot(upstream)).toEqual(before);
  });

  it('applies nothing where a fix has drifted, unless it is skipped by name', async () => {
    const file = join(upstream, 'csrc/quantization/fp4/nvfp4_utils.cuh');
    const text = snapshot(upstream)['csrc/quantization/fp4/nvfp4_utils.cuh']!;
    writeFileSync(file, text.replace('mov.b32 %0', 'mov.b64 %0'));
    gitIn(upstream, 'commit', '--quiet', '--all', '--message', 'drift');
    gitIn(upstream, 'tag', '--force', 'mini');
    const ran = await apply('--out', out);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('--skip vllm/software-e2m1');
    expect(existsSync(out)).toBe(false);
    expect(await apply('--out', out, '--skip', 'vllm/software-e2m1')).toMatchObject({ code: 0 });
  });

  it('leaves nothing beside the folder when it is done', async () => {
    await apply('--out', out);
    expect(readdirSync(dirname(upstream)).sort()).toEqual([basename(upstream), basename(out)].sort());
  });
});

describe('what is in the way is said, with an exit code, and nothing is written', () => {
  async function refused(code: number, words: RegExp, ...args: string[]): Promise<void> {
    const before = snapshot(upstream);
    const ran = await apply(...args);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toMatch(words);
    expect(ran.err).toMatch(/next:/);
    expect(snapshot(upstream)).toEqual(before);
    expect(existsSync(out)).toBe(false);
  }

  it('an unknown fix', () => refused(2, /there is no fix "vllm\/nope"/, '--only', 'vllm/nope'));
  it('an unknown revision', async () => {
    const ran = await cli('apply', '--target', 'vllm@v99.0.0', '--mirror', `vllm=${upstream}`, '--out', out);
    expect(ran).toMatchObject({ code: 3 });
    expect(ran.err).toMatch(/vllm@v99.0.0 was not found/);
    expect(existsSync(out)).toBe(false);
  });
  it('a mirror that is not a git repository', async () => {
    const ran = await cli('status', '--target', 'vllm@mini', '--mirror', `vllm=${tempFolder()}`);
    expect(ran).toMatchObject({ code: 3 });
    expect(ran.err).toMatch(/is not a git repository/);
  });
  it('a folder that is not a checkout', () => refused(5, /is not a git checkout/, '--dir', tempFolder()));
  it('a folder inside a checkout', () =>
    refused(5, /is a folder inside the git checkout/, '--dir', join(upstream, 'csrc')));
  it('a dirty tree', async () => {
    writeFileSync(join(upstream, 'README.md'), 'changed\n');
    await refused(5, /has 1 changed file: README.md/, '--dir', upstream);
  });
  it('another commit', async () => {
    gitIn(upstream, 'commit', '--quiet', '--allow-empty', '--message', 'next');
    await refused(5, /is at [0-9a-f]{12}, not at/, '--dir', upstream);
  });
  it('a folder that holds something else', async () => {
    await refused(5, /is not a git checkout/, '--out', join(tempFolder(), '..', basename(someFolder())));
  });
  it('a folder on the way that is a link out of the tree', async () => {
    const outside = join(tempFolder(), 'fp4');
    await rename(join(upstream, 'csrc/quantization/fp4'), outside);
    symlinkSync(outside, join(upstream, 'csrc/quantization/fp4'));
    gitIn(upstream, 'add', '--all');
    gitIn(upstream, 'commit', '--quiet', '--message', 'a link');
    gitIn(upstream, 'tag', '--force', 'mini');
    // Git does not follow the link, and neither do we: that fix has no file there.
    const ran = await apply('--dir', upstream, '--only', 'vllm/software-e2m1');
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.out).toContain('no fix is needed');
  });
  it('a file that became a link behind the back of git', async () => {
    const outside = join(tempFolder(), 'fp4');
    await rename(join(upstream, 'csrc/quantization/fp4'), outside);
    symlinkSync(outside, join(upstream, 'csrc/quantization/fp4'));
    await refused(5, /changed file/, '--dir', upstream);
  });
  it('a process that is working on the same tree', async () => {
    mkdirSync(join(upstream, '.git/dgx-patch'));
    writeFileSync(join(upstream, '.git/dgx-patch/lock'), `${process.pid}\n`);
    await refused(5, /another dgx-patch \(process \d+\) is working on this tree/, '--dir', upstream);
  });
  it('both kinds of folder', () => refused(2, /exclude each other/, '--dir', upstream, '--out', out));
  it('a pins file with a bad field', async () => {
    const pins = join(tempFolder(), 'pins.json');
    writeFileSync(
      pins,
      JSON.stringify({ formatVersion: 1, projects: {}, pins: [{ project: 'vllm', name: 'x', commit: 'y' }] }),
    );
    await refused(2, /pins\[0\]\.commit: .*a commit of 40 hexadecimal digits/, '--pins', pins, '--out', out);
  });
});

it('a lock of a dead process is taken over', async () => {
  mkdirSync(join(upstream, '.git/dgx-patch'));
  writeFileSync(join(upstream, '.git/dgx-patch/lock'), '4194304\n');
  expect(await apply('--dir', upstream)).toMatchObject({ code: 0 });
});

it('revert refuses where a file changed since, and where nothing was applied', async () => {
  expect((await cli('revert', '--dir', upstream)).err).toContain('nothing was applied');
  await apply('--dir', upstream, '--no-commit', '--full');
  const path = 'csrc/quantization/fp4/nvfp4_utils.cuh';
  const text = `${snapshot(upstream)[path]}// mine\n`;
  writeFileSync(join(upstream, path), text);
  const ran = await cli('revert', '--dir', upstream);
  expect(ran).toMatchObject({ code: 5 });
  expect(ran.err).toContain(path);
  expect(snapshot(upstream)[path]).toBe(text);
});

function someFolder(): string {
  const dir = tempFolder();
  writeFileSync(join(dir, 'something'), 'else\n');
  return dir;
}
