import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { cli } from '../support/cli.js';
import { gitIn } from '../support/git.js';
import { expectHarmless, World, write } from './world.js';

const world = new World();
const FIX = 'vllm/mtp-exclusion';

const script = (name: string): string => {
  const file = world.place(name);
  write(file, `#!/bin/sh\n${world.touch(name)}\ncat\n`);
  chmodSync(file, 0o755);
  return file;
};

function checkout(config: string, more: (dir: string) => void = () => {}): string {
  const dir = world.place('checkout');
  cpSync(inject('miniRepository').dir, dir, { recursive: true });
  more(dir);
  const file = join(dir, '.git/config');
  write(file, `${readFileSync(file, 'utf8')}\n${config}\n`);
  // git compares what has another time than its index says, and filters it first.
  for (const name of ['README.md', 'CMakeLists.txt']) utimesSync(join(dir, name), new Date(), new Date());
  return dir;
}

const attributes = (dir: string): void => {
  mkdirSync(join(dir, '.git/info'), { recursive: true });
  write(join(dir, '.git/info/attributes'), '* filter=x diff=x\n');
};

/** A submodule whose own configuration names a program. */
function submodule(dir: string): void {
  const inner = join(dir, 'inner');
  cpSync(inject('miniRepository').dir, inner, { recursive: true });
  const commit = gitIn(inner, 'rev-parse', 'HEAD');
  write(
    join(inner, '.git/config'),
    `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = ${script('inner')}\n`,
  );
  gitIn(dir, 'update-index', '--add', '--cacheinfo', `160000,${commit},inner`);
  gitIn(dir, 'commit', '--quiet', '--message', 'a submodule');
  gitIn(dir, 'tag', '--force', 'mini');
}

const CHECKOUTS: Readonly<Record<string, () => string>> = {
  'cleans files with a program': () =>
    checkout(`[filter "x"]\n\tclean = ${script('clean')}\n\tsmudge = ${script('smudge')}`, attributes),
  'filters files with a process that it requires': () =>
    checkout(`[filter "x"]\n\tprocess = ${script('process')}\n\trequired = true`, attributes),
  'names its filter oddly': () =>
    checkout(`[filter "X.clean y"]\n\tclean = ${script('odd')}`, (dir) => {
      mkdirSync(join(dir, '.git/info'), { recursive: true });
      write(join(dir, '.git/info/attributes'), '* filter=X.clean\n');
    }),
  'watches its files with a program': () => checkout(`[core]\n\tfsmonitor = ${script('fsmonitor')}`),
  'has hooks': () =>
    checkout('', (dir) => {
      mkdirSync(join(dir, '.git/hooks'), { recursive: true });
      for (const name of ['pre-commit', 'post-commit', 'reference-transaction', 'post-index-change']) {
        write(join(dir, '.git/hooks', name), `#!/bin/sh\n${world.touch(name)}\n`);
        chmodSync(join(dir, '.git/hooks', name), 0o755);
      }
    }),
  'signs commits with a program': () =>
    checkout(`[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = ${script('gpg')}`),
  'has a submodule that is hostile': () => checkout('[diff]\n\tignoreSubmodules = none', submodule),
  'shows its history with programs': () =>
    checkout(
      `[log]\n\tshowSignature = true\n[core]\n\tpager = ${script('pager')}\n\teditor = ${script('editor')}`,
    ),
  'has aliases for commands': () =>
    checkout(`[alias]\n\tstatus = !${world.touch('alias')}\n\tlog = !${world.touch('alias2')}`),
  'has its work tree elsewhere': () => checkout(`[core]\n\tworktree = ${world.marks}`),
};

describe('a checkout that', () => {
  it.each(Object.entries(CHECKOUTS))('%s runs nothing', async (_, make) => {
    const dir = make();
    const own = ['--dir', dir, '--only', FIX];
    for (const argv of [
      ['status', ...own],
      ['diff', ...own],
      ['verify', ...own, '--stage', 'parse,judge'],
      ['apply', ...own],
      ['revert', '--dir', dir],
    ]) {
      expectHarmless(world, await cli(...argv), [0, 3, 5]);
    }
    expect(readdirSync(world.marks)).toEqual([]);
  });

  it('converts line ends is not committed to, but edited in place or not at all', async () => {
    const dir = checkout('', (own) => {
      write(join(own, '.gitattributes'), '*.py text eol=crlf\n');
      gitIn(own, 'add', '--all');
      gitIn(own, 'commit', '--quiet', '--message', 'crlf');
      gitIn(own, 'rm', '--cached', '--quiet', '-r', '.');
      gitIn(own, 'reset', '--quiet', '--hard');
    });
    const path = 'vllm/model_executor/models/qwen3_next_mtp.py';
    const text = readFileSync(join(dir, path), 'latin1');
    if (!text.includes('\r\n')) return;
    const ran = await cli('apply', '--dir', dir, '--only', FIX);
    expectHarmless(world, ran, [0, 5]);
    if (ran.code === 5) expect(ran.err).toMatch(/git stores other bytes|changed file/);
  });
});

describe('a folder with', () => {
  it('a .git that names another repository is not written to', async () => {
    const other = checkout('');
    const dir = world.place('pointer');
    mkdirSync(dir);
    write(join(dir, '.git'), `gitdir: ${join(other, '.git')}\n`);
    const ran = await cli('apply', '--dir', dir, '--only', FIX);
    expectHarmless(world, ran, [0, 3, 5]);
    expect(existsSync(join(other, 'README.md'))).toBe(true);
    expect(gitIn(other, 'status', '--porcelain')).toBe('');
  });
});
