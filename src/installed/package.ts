import { execFile } from 'node:child_process';
import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../failure.js';

/** Where an installed package is looked for. */
export interface PlaceOptions {
  /** An interpreter; its own site-packages are taken. */
  readonly python?: string;
  /** The folder itself. */
  readonly sitePackages?: string;
}

export interface InstalledPackage {
  /** The package's folder, with links resolved. */
  readonly dir: string;
  readonly version: string;
}

/** Asks an interpreter for its site-packages, in isolated mode: no user site, no environment. */
async function sitePackagesOf(python: string): Promise<string> {
  const code = 'import sysconfig; print(sysconfig.get_path("purelib"))';
  try {
    const { stdout } = await promisify(execFile)(python, ['-I', '-c', code], { timeout: 60_000 });
    return stdout.trim();
  } catch (cause) {
    throw new Failure('unavailable', `the interpreter ${python} could not be asked for its packages`, {
      why: (cause as Error).message.split('\n')[0]!,
      next: 'give the interpreter of the environment with --python, or its folder with --site-packages',
      cause,
    });
  }
}

/** The folder that packages are in. Throws a usage Failure where neither option is given. */
export async function findSitePackages({ python, sitePackages }: PlaceOptions): Promise<string> {
  if (python === undefined && sitePackages === undefined) {
    throw new Failure('usage', 'an installed package needs --python or --site-packages', {
      next: 'for example: --target flashinfer@installed --python .venv/bin/python',
    });
  }
  const dir = sitePackages ?? (await sitePackagesOf(python!));
  try {
    return await realpath(dir);
  } catch (cause) {
    throw new Failure('unavailable', `${dir} is not a folder`, {
      next: 'check --python or --site-packages',
      cause,
    });
  }
}

/** The version that the package's metadata names; undefined without metadata. */
async function versionOf(site: string, distribution: string): Promise<string | undefined> {
  const prefix = `${distribution.replaceAll('-', '_')}-`;
  const info = (await readdir(site)).find((name) => name.startsWith(prefix) && name.endsWith('.dist-info'));
  if (info === undefined) return undefined;
  const metadata = await readFile(join(site, info, 'METADATA'), 'utf8').catch(() => '');
  return /^Version:\s*(\S+)/m.exec(metadata)?.[1];
}

async function kindOf(path: string): Promise<'folder' | 'link' | 'other' | undefined> {
  const info = await lstat(path).catch(() => undefined);
  if (!info) return undefined;
  if (info.isSymbolicLink()) return 'link';
  return info.isDirectory() ? 'folder' : 'other';
}

/**
 * The installed FlashInfer. The environment may be reached through links; the package itself may not be
 * one, nor be made of links: what they point to belongs to others (a source tree, a package cache).
 */
export async function findFlashInfer(options: PlaceOptions): Promise<InstalledPackage> {
  const site = await findSitePackages(options);
  const dir = join(site, 'flashinfer');
  const [kind, version] = [await kindOf(dir), await versionOf(site, 'flashinfer-python')];
  if (kind === undefined || version === undefined) {
    throw new Failure('unavailable', `FlashInfer is not installed in ${site}`, {
      ...(version === undefined ? {} : { why: 'an editable installation: its source is somewhere else' }),
      next:
        version === undefined
          ? 'check --python or --site-packages'
          : 'use the source tree as the target: dgx-patch apply --target flashinfer@<revision> --dir <folder>',
    });
  }
  if (kind !== 'folder' || (await kindOf(join(dir, '__init__.py'))) === 'link') {
    throw new Failure('tree', `${dir} is made of symbolic links`, {
      why: 'an editable installation, or a package manager that links to its cache',
      next: 'install it with copies (for uv: --link-mode copy), then run the command again',
    });
  }
  return { dir, version };
}
