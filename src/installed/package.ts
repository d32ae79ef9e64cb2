import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolder, type TreeRoot } from '../apply/tree-root.js';
import { Failure } from '../failure.js';
import type { Project } from '../source/project.js';
import { type PackageKind, packageOf } from './packages.js';
import { findSitePackages, type PlaceOptions } from './place.js';
import { readVersion, type Version } from './version.js';

export interface InstalledPackage extends Version {
  readonly kind: PackageKind;
  /** The folder that packages are in, with links resolved. */
  readonly site: string;
  /** The package's own folder. */
  readonly dir: string;
  /** The folder of its metadata, in `site`. */
  readonly info: string;
}

/** An installed package as a tree to write to: paths are as in the repository, `vllm/envs.py`. */
export function rootOf({ site, dir }: Pick<InstalledPackage, 'site' | 'dir'>): TreeRoot {
  return { dir: site, state: join(dir, '.dgx-patch'), isGit: false, index: undefined };
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** The metadata folder of a distribution. */
async function infoOf(site: string, distribution: string): Promise<string | undefined> {
  const prefix = `${distribution.replaceAll('-', '_')}-`;
  const names = await readdir(site);
  return names.find((name) => name.toLowerCase().startsWith(prefix) && name.endsWith('.dist-info'));
}

async function kindOf(path: string): Promise<'folder' | 'link' | 'other' | undefined> {
  const info = await lstat(path).catch(() => undefined);
  if (!info) return undefined;
  if (info.isSymbolicLink()) return 'link';
  return info.isDirectory() ? 'folder' : 'other';
}

function notInstalled({ title, project }: PackageKind, site: string, isEditable: boolean): Failure {
  return new Failure('unavailable', `${title} is not installed in ${site}`, {
    ...(isEditable ? { why: 'an editable installation: its source is somewhere else' } : {}),
    next: isEditable
      ? `use the source tree as the target: dgx-patch apply --target ${project}@<revision> --dir <folder>`
      : 'check --python or --site-packages',
  });
}

/**
 * An installed package. The environment may be reached through links; the package itself may not be one, nor
 * be made of links: what they point to belongs to others (a source tree, a package cache).
 */
export async function findInstalled(project: Project, options: PlaceOptions): Promise<InstalledPackage> {
  const kind = packageOf(project);
  const site = await findSitePackages(options);
  const dir = join(site, kind.folder);
  const [folder, info] = await Promise.all([kindOf(dir), infoOf(site, kind.distribution)]);
  const version = info && /^Version:\s*(\S+)/m.exec(await textOf(join(site, info, 'METADATA')))?.[1];
  if (!info || !version || folder === undefined) {
    throw notInstalled(kind, site, version !== undefined || folder !== undefined);
  }
  if (folder !== 'folder' || (await kindOf(join(dir, '__init__.py'))) === 'link') {
    throw new Failure('tree', `${dir} is made of symbolic links`, {
      why: 'an editable installation, or a package manager that links to its cache',
      next: 'install it with copies (for uv: --link-mode copy), then run the command again',
    });
  }
  await ownFolder(rootOf({ site, dir }).state);
  return { kind, site, dir, info, ...readVersion(version, await textOf(join(dir, '_version.py'))) };
}
