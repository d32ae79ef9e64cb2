import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../support/cli.js';
import { gitIn, miniRepository } from '../support/repository.js';
import { tempFolder } from '../support/temp.js';

type Upstream = ReturnType<typeof miniRepository>;

const common = ({ dir, commit }: Upstream): string[] => [
  '--target',
  `vllm@${commit}`,
  '--mirror',
  `vllm=${dir}`,
];

async function exported(upstream: Upstream, format: string): Promise<string> {
  const dir = join(tempFolder(), 'out');
  const ran = await cli('export', ...common(upstream), '--format', format, '--out', dir);
  expect(ran).toMatchObject({ code: 0, err: '' });
  return dir;
}

const patchesIn = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.patch'))
    .sort();

describe('export --format series', () => {
  it('is taken by git am to the very tree that apply makes, and by the same names and dates to the same commits', async () => {
    const upstream = miniRepository();
    const series = await exported(upstream, 'series');
    const applied = join(tempFolder(), 'applied');
    expect((await cli('apply', ...common(upstream), '--out', applied)).code).toBe(0);
    const clone = join(tempFolder(), 'clone');
    gitIn(upstream.dir, 'clone', '--quiet', upstream.dir, clone);
    const identity = ['-c', 'user.name=dgx-patch', '-c', 'user.email=dgx-patch@users.noreply.github.com'];
    const mails = patchesIn(series).map((name) => join(series, name));
    gitIn(clone, ...identity, 'am', '--quiet', '--keep-cr', ...mails);
    expect(gitIn(clone, 'rev-parse', 'HEAD^{tree}')).toBe(gitIn(applied, 'rev-parse', 'HEAD^{tree}'));
    const log = '--format=%an <%ae> %ad%n%B';
    const range = `${upstream.commit}..HEAD`;
    expect(gitIn(clone, 'log', log, range)).toBe(gitIn(applied, 'log', log, range));
    expect(gitIn(clone, 'log', '--format=%(trailers:key=Dgx-Patch-Id,valueonly)', '-1')).toMatch(/^vllm\//);
  });

  it('lists its patches for quilt, and is the same each time', async () => {
    const upstream = miniRepository();
    const [one, two] = [await exported(upstream, 'series'), await exported(upstream, 'series')];
    expect(readFileSync(join(one, 'series'), 'utf8')).toBe(`${patchesIn(one).join('\n')}\n`);
    for (const name of readdirSync(one)) {
      expect(readFileSync(join(one, name), 'latin1')).toBe(readFileSync(join(two, name), 'latin1'));
    }
  });
});

describe('export in other formats', () => {
  it.each([
    ['dep3', 'debian/patches'],
    ['conan', 'patches'],
    ['nix', '.'],
  ])('%s: its patches give the same tree with git apply', async (format, below) => {
    const upstream = miniRepository();
    const dir = join(await exported(upstream, format), below);
    const clone = join(tempFolder(), 'clone');
    gitIn(upstream.dir, 'clone', '--quiet', upstream.dir, clone);
    for (const name of patchesIn(dir)) gitIn(clone, 'apply', '--index', join(dir, name));
    const applied = join(tempFolder(), 'applied');
    await cli('apply', ...common(upstream), '--out', applied);
    expect(gitIn(clone, 'write-tree')).toBe(gitIn(applied, 'rev-parse', 'HEAD^{tree}'));
  });

  it('dep3: every patch has the fields that DEP-3 requires, before its first line of diff', async () => {
    const upstream = miniRepository();
    const dir = join(await exported(upstream, 'dep3'), 'debian/patches');
    for (const name of patchesIn(dir)) {
      const head = readFileSync(join(dir, name), 'utf8').split('\n---\n')[0]!;
      expect(head).toMatch(/^Description: \S/);
      expect(head).toMatch(/^Origin: (?:other|backport(?:, https:\S+)?)$/m);
      expect(head).toMatch(/^Forwarded: (?:no|not-needed|https:\S+)$/m);
      expect(head).toMatch(/^Author: \S/m);
      for (const line of head.split('\n')) expect(line).toMatch(/^(?: .*|[A-Z][\w-]*: \S.*)$/);
    }
    expect(readFileSync(join(dir, 'series'), 'utf8')).toBe(`${patchesIn(dir).join('\n')}\n`);
  });

  it('conan and nix: every patch is named in the list', async () => {
    const upstream = miniRepository();
    const conan = await exported(upstream, 'conan');
    const data = readFileSync(join(conan, 'conandata.yml'), 'utf8');
    for (const name of patchesIn(join(conan, 'patches')))
      expect(data).toContain(`patch_file: "patches/${name}"`);
    const nix = await exported(upstream, 'nix');
    const list = readFileSync(join(nix, 'default.nix'), 'utf8');
    for (const name of patchesIn(nix)) expect(list).toContain(`  ./${name}\n`);
  });
});

describe('export refuses', () => {
  it('a folder that is not empty', async () => {
    const upstream = miniRepository();
    const dir = join(tempFolder(), 'out');
    await mkdir(dir);
    await writeFile(join(dir, 'mine'), '');
    const { code, err } = await cli('export', ...common(upstream), '--out', dir);
    expect(code).toBe(5);
    expect(err).toContain('is not empty');
    expect(readdirSync(dir)).toEqual(['mine']);
  });
});
