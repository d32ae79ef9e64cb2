import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Project } from '../codemod/types.js';
import { Failure } from '../failure.js';
import { git, gitLoud, gitText } from '../tree/git.js';
import { isUrl } from './spec.js';

/** `$XDG_CACHE_HOME/dgx-patch`, or `~/.cache/dgx-patch`. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'dgx-patch');
}

export interface Fetched {
  readonly dir: string;
  readonly commit: string;
}

async function has(dir: string, revision: string): Promise<string | undefined> {
  const { code, stdout } = await git(dir, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], {
    accept: [1, 128],
  });
  return code === 0 ? stdout.toString().trim() : undefined;
}

/**
 * Brings exactly one commit into the project's cache, without its blobs: they are fetched when they are
 * read. `revision` is a full commit or a tag. Throws `unavailable` where the repository has it not.
 */
export async function fetchCommit(
  url: string,
  project: Project,
  revision: string,
  progress: (line: string) => void,
): Promise<Fetched> {
  isUrl(url);
  const isCommit = /^[0-9a-f]{40}$/.test(revision);
  if (!isCommit && /^[0-9a-f]{7,39}$/.test(revision)) {
    throw new Failure(
      'unavailable',
      `${revision} is an abbreviated commit, which a remote repository cannot look up`,
      {
        next: 'give all 40 digits, a tag, a pin, or a local mirror (--mirror)',
      },
    );
  }
  const dir = join(cacheFolder(), `${project}.git`);
  await mkdir(dir, { recursive: true });
  await git(dir, ['init', '--quiet', '--bare']);
  if (isCommit) {
    const known = await has(dir, revision);
    if (known) return { dir, commit: known };
  }
  for (const [key, value] of [
    ['remote.origin.url', url],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.partialclonefilter', 'blob:none'],
    ['extensions.partialClone', 'origin'],
    ['core.repositoryFormatVersion', '1'],
  ] as const) {
    await git(dir, ['config', key, value]);
  }
  progress(`fetching ${project}@${revision} from ${url}`);
  const refs = isCommit ? [revision] : [`refs/tags/${revision}`, `refs/heads/${revision}`];
  let last: unknown;
  for (const ref of refs) {
    try {
      await gitLoud(
        dir,
        ['fetch', '--progress', '--depth=1', '--filter=blob:none', '--no-tags', 'origin', ref],
        progress,
      );
      return { dir, commit: await gitText(dir, ['rev-parse', 'FETCH_HEAD^{commit}']) };
    } catch (error) {
      last = error;
    }
  }
  throw new Failure('unavailable', `${project}@${revision} could not be fetched from ${url}`, {
    why: (last as Error).message,
    next: 'check the revision and the network, or give a local copy with --mirror',
    cause: last,
  });
}
