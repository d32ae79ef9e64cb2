import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.js';
import type { Project } from '../source/project.js';
import { git } from '../tree/git.js';

const CONFIG = (url: string) =>
  [
    ['remote.origin.url', url],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.partialclonefilter', 'blob:none'],
    ['extensions.partialClone', 'origin'],
    ['core.repositoryFormatVersion', '1'],
  ] as const;

/**
 * The bare, partial repository that caches what was fetched from a URL. It is made beside its place and
 * then moved there, so that another process never sees half of it.
 */
export async function openCache(url: string, project: Project): Promise<string> {
  const folder = cacheFolder();
  const dir = join(folder, `${project}-${createHash('sha256').update(url).digest('hex').slice(0, 12)}.git`);
  if (await stat(dir).catch(() => undefined)) return dir;
  await mkdir(folder, { recursive: true });
  const made = await mkdtemp(join(folder, 'new-'));
  try {
    await git(made, ['init', '--quiet', '--bare']);
    for (const [key, value] of CONFIG(url)) await git(made, ['config', key, value]);
    await rename(made, dir);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    // Another process was first.
    if (!(await stat(dir).catch(() => undefined))) throw error;
  }
  return dir;
}
