import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { gitIn } from '../support/git.js';
import { hasMirror, without } from '../support/mirrors.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const TOOL = join(ROOT, 'dist/bin/dgx-patch.js');

/** The session of README's "My own fork": each command with what it prints. */
function session(): { command: string; printed: string }[] {
  const page = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const block = /^## My own fork$[\s\S]*?^```console\n([\s\S]*?)^```$/m.exec(page)![1]!;
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { command: part.slice(0, end), printed: part.slice(end + 1) };
    });
}

/** What README prints, as a pattern: a line of `…` is any lines, ids and the user's folder are others there. */
function patternOf(printed: string, dir: string): RegExp {
  const literal = printed
    .replaceAll('/home/you', dir)
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\b[0-9a-f]{12}\b/g, '[0-9a-f]{12}')
    .replace(/^…\n/gm, '(?:.*\\n)*');
  return new RegExp(`^${literal}$`);
}

const work = realpathSync(mkdtempSync(join(tmpdir(), 'dgx-patch-fork-')));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A checkout of v0.16.0 with two commits on top; the mirror may lack pictures, which are left out by the first. */
function makeFork(): string {
  const fork = join(work, 'fork');
  const tool = (...argv: string[]) => execFileSync(process.execPath, [TOOL, ...argv], { stdio: 'pipe' });
  tool('apply', '--target', 'vllm@v0.16.0', '--out', fork, '--only', 'vllm/mtp-exclusion');
  tool('revert', '--dir', fork);
  rmSync(join(fork, '.git/dgx-patch'), { recursive: true, force: true });
  gitIn(fork, 'read-tree', 'HEAD');
  for (const change of [
    () => writeFileSync(join(fork, 'OURS.md'), 'ours\n'),
    () => appendFileSync(join(fork, 'vllm/envs.py'), '\n# ours\n'),
  ]) {
    change();
    gitIn(fork, 'add', '--all');
    gitIn(fork, 'commit', '--quiet', '--message', 'ours');
  }
  return fork;
}

describe.skipIf(!hasMirror('vllm'))(`README on a fork of v0.16.0${without('vllm')}`, () => {
  it('prints what is typed there', () => {
    const fork = makeFork();
    const head = gitIn(fork, 'rev-parse', 'HEAD');
    const typed = session();
    const bin = join(work, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'dgx-patch'), `#!/bin/sh\nexec ${process.execPath} ${TOOL} "$@"\n`, {
      mode: 0o755,
    });
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, DGX_PATCH_MIRRORS: '' };
    expect(typed.length).toBeGreaterThan(5);
    for (const { command, printed } of typed) {
      const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: work, encoding: 'utf8', env });
      // How far the work is, is no part of the page.
      expect(stderr.replace(/^applying .*\n/gm, '') + stdout).toMatch(patternOf(printed, work));
      if (/revert/.test(command)) expect(gitIn(fork, 'rev-parse', 'HEAD')).toBe(head);
    }
    expect(gitIn(fork, 'status', '--porcelain')).toBe('M README.md');
  }, 300_000);
});
