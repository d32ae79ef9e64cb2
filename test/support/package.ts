import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './sources.js';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The packed tarball, installed into an empty folder: what a user gets, without the development packages. */
export interface Installed {
  /** The empty folder. */
  readonly dir: string;
  /** The package's own folder. */
  readonly own: string;
  run(...args: string[]): Ran;
  /** In another folder than its own. */
  runIn(cwd: string, ...args: string[]): Ran;
}

/**
 * Packs a copy of the tracked files below `work`, so that no other test sees the build, and installs the
 * tarball from npm's cache where it holds the five dependencies.
 */
export function installPacked(work: string): Installed {
  const [source, dir] = ['source', 'installed'].map((name) => join(work, name)) as [string, string];
  for (const folder of [source, dir]) mkdirSync(folder);
  const listed = execFileSync('git', [
    '-C',
    ROOT,
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    ':!fixtures',
    ':!test',
  ]);
  execFileSync('xargs', ['-0', 'cp', '--parents', '--target-directory', source], {
    cwd: ROOT,
    input: listed,
  });
  symlinkSync(join(ROOT, 'node_modules'), join(source, 'node_modules'));
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync('npm', [...args, '--no-audit', '--no-fund'], { cwd, stdio: 'pipe' });
  npm(source, 'pack', '--pack-destination', work);
  const tarball = readdirSync(work).find((name) => name.endsWith('.tgz'))!;
  npm(dir, 'install', '--prefer-offline', join(work, tarball));
  const runIn = (cwd: string, ...args: string[]): Ran => {
    const { DGX_PATCH_MIRRORS: _mirrors, ...env } = process.env;
    const bin = join(dir, 'node_modules/.bin/dgx-patch');
    const { status, stdout, stderr } = spawnSync(bin, args, { cwd, env, encoding: 'utf8' });
    return { code: status, out: stdout, err: stderr };
  };
  return {
    dir,
    own: join(dir, 'node_modules/dgx-patch'),
    run: (...args) => runIn(dir, ...args),
    runIn,
  };
}
