import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cli } from './cli.js';
import { gitIn, miniRepository } from './repository.js';
import { tempFolder } from './temp.js';

export interface ContainerPlace {
  readonly dir: string;
  readonly pins: string;
  /** The checkout with the fixes. */
  readonly tree: string;
  /** What every build here is given. */
  readonly args: string[];
}

/** The miniature vLLM with build requirements, and a pins file with a set of it. */
async function makePlace(arch: string): Promise<string> {
  const { dir: upstream } = miniRepository();
  const dir = dirname(upstream);
  mkdirSync(join(upstream, 'requirements'));
  writeFileSync(join(upstream, 'requirements/build.txt'), 'cmake\n');
  writeFileSync(join(upstream, 'use_existing_torch.py'), '');
  writeFileSync(join(upstream, 'grün.txt'), 'não');
  writeFileSync(join(upstream, 'tool.sh'), '#!/bin/sh\n', { mode: 0o755 });
  symlinkSync('tool.sh', join(upstream, 'link'));
  const deep = `${'folder/'.repeat(20)}${'name'.repeat(20)}`;
  mkdirSync(dirname(join(upstream, deep)), { recursive: true });
  writeFileSync(join(upstream, deep), 'deep');
  gitIn(upstream, 'add', '--all');
  gitIn(upstream, 'commit', '--quiet', '--message', 'what a build needs');
  const commit = gitIn(upstream, 'rev-parse', 'HEAD');
  const pins = join(dir, 'pins.json');
  writeFileSync(
    pins,
    JSON.stringify({
      formatVersion: 1,
      projects: { vllm: { repository: 'https://example.com/vllm.git' } },
      pins: [{ project: 'vllm', name: 'v0.16.0', commit }],
      sets: [{ name: 'Spark', vllm: 'v0.16.0', cuda: '13.0', arch, torch: '2.10.0' }],
    }),
  );
  const tree = join(dir, 'patched');
  const ran = await cli(
    'apply',
    '--target',
    'vllm@v0.16.0',
    '--pins',
    pins,
    '--mirror',
    `vllm=${upstream}`,
    '--out',
    tree,
    '--arch',
    arch,
    // With the software conversion, which these targets do without: the stage shows both ways.
    '--full',
  );
  if (ran.code !== 0) throw new Error(ran.out + ran.err);
  const kept = mkdtempSync(join(tmpdir(), 'dgx-patch-place-'));
  process.on('exit', () => rmSync(kept, { recursive: true, force: true }));
  cpSync(tree, join(kept, 'patched'), { recursive: true, verbatimSymlinks: true });
  cpSync(pins, join(kept, 'pins.json'));
  return kept;
}

const made = new Map<string, Promise<string>>();

/** A patched checkout and its set, a copy for each test: applying the fixes takes seconds, and is done once. */
export async function containerPlace(arch = '12.1a'): Promise<ContainerPlace> {
  if (!made.has(arch)) made.set(arch, makePlace(arch));
  const dir = tempFolder();
  cpSync(await made.get(arch)!, dir, { recursive: true, verbatimSymlinks: true });
  const pins = join(dir, 'pins.json');
  const tree = join(dir, 'patched');
  return { dir, pins, tree, args: ['--pins', pins, '--tree', `vllm=${tree}`] };
}
