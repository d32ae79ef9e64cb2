import { setTimeout } from 'node:timers/promises';
import { Failure } from '../failure.js';
import type { Project } from '../source/project.js';
import { git, gitLoud, gitText } from '../tree/git.js';
import { openCache } from './cache.js';
import { isUrl } from './spec.js';

const WAIT_MS = 250;
const MAX_WAITS = 40;

export interface Fetched {
  readonly dir: string;
  readonly commit: string;
}

/** The commit that a tag or a branch of the remote repository names: the tag first, as git itself does. */
async function remoteCommit(dir: string, name: string): Promise<string | undefined> {
  const names = [`refs/tags/${name}^{}`, `refs/tags/${name}`, `refs/heads/${name}`];
  const rows = (await gitText(dir, ['ls-remote', 'origin', ...names], { network: true }))
    .split('\n')
    .map((row) => row.split('\t'));
  return names.map((own) => rows.find(([, ref]) => ref === own)?.[0]).find((oid) => oid !== undefined);
}

/** Asks for the reference that a finished fetch leaves: asking for the commit would fetch its whole history. */
async function isFetched(dir: string, commit: string): Promise<boolean> {
  const { code } = await git(dir, ['rev-parse', '--verify', '--quiet', referenceTo(commit)], { accept: [1] });
  return code === 0;
}

const referenceTo = (commit: string): string => `refs/dgx-patch/${commit}`;

const withoutSecrets = (url: string): string => url.replace(/\/\/[^/@]*@/, '//');

/** Fetches, or waits while another process that fetches into the same cache holds git's lock. */
async function fetchInto(dir: string, commit: string, progress: (line: string) => void): Promise<void> {
  const options = ['--progress', '--depth=1', '--filter=blob:none', '--no-tags', '--no-write-fetch-head'];
  for (let waits = 0; ; waits += 1) {
    try {
      return await gitLoud(
        dir,
        ['fetch', ...options, 'origin', `${commit}:${referenceTo(commit)}`],
        progress,
      );
    } catch (error) {
      if (await isFetched(dir, commit)) return;
      const locked = /\.lock|remove the file manually/.test((error as Error).message);
      if (!locked || waits === MAX_WAITS) throw error;
      await setTimeout(WAIT_MS);
    }
  }
}

/**
 * Brings exactly one commit into the URL's cache, without its blobs: they are fetched when they are read.
 * `revision` is a full commit, a tag or a branch. Throws `unavailable` where the repository has it not.
 */
export async function fetchCommit(
  url: string,
  project: Project,
  revision: string,
  progress: (line: string) => void,
): Promise<Fetched> {
  isUrl(url);
  const dir = await openCache(url, project);
  const shown = `${project}@${revision} could not be fetched from ${withoutSecrets(url)}`;
  try {
    const commit = /^[0-9a-f]{40}$/.test(revision) ? revision : await remoteCommit(dir, revision);
    if (!commit) throw missing(shown, revision);
    if (await isFetched(dir, commit)) return { dir, commit };
    progress(`fetching ${project}@${revision} from ${withoutSecrets(url)}`);
    await fetchInto(dir, commit, progress);
    return { dir, commit };
  } catch (error) {
    if (error instanceof Failure && error.next) throw error;
    throw new Failure('unavailable', shown, {
      why: (error as Error).message,
      next: 'check the revision and the network, or give a local copy with --mirror',
      cause: error,
    });
  }
}

function missing(shown: string, revision: string): Failure {
  const abbreviated = /^[0-9a-f]{7,39}$/.test(revision);
  return new Failure('unavailable', shown, {
    why: abbreviated
      ? 'it is an abbreviated commit, which a remote repository cannot look up'
      : 'the repository has no tag and no branch of that name',
    next: 'give all 40 digits of the commit, a tag, a pin, or a local mirror (--mirror)',
  });
}
