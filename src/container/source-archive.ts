import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.js';
import { git, gitLoud } from '../tree/git.js';
import type { InputSource } from './inputs.js';
import { gitlinks } from './sources.js';
import { type Archive, archiveParts, type Part } from './tar.js';

/** Submodules of submodules are followed so far; nothing that is built here goes deeper. */
const DEEPEST = 5;

export interface SourcePlace {
  /** A folder for repositories that are fetched. */
  readonly work: string;
  /** Local repositories, by the last word of the address, in lower case and without `.git`. */
  readonly mirrors: ReadonlyMap<string, string>;
  readonly progress: (line: string) => void;
}

export const repositoryName = (url: string): string =>
  url
    .replace(/\/+$/, '')
    .split('/')
    .at(-1)!
    .replace(/\.git$/, '')
    .toLowerCase();

async function holds(dir: string, commit: string): Promise<boolean> {
  const { code } = await git(dir, ['cat-file', '-e', `${commit}^{commit}`], { accept: [1, 128] });
  return code === 0;
}

/** A repository on this machine that has the commit: a mirror, or one into which that commit alone was fetched. */
async function bring(url: string, commit: string, place: SourcePlace): Promise<string> {
  const mirror = place.mirrors.get(repositoryName(url));
  if (mirror !== undefined) {
    if (existsSync(mirror) && (await holds(mirror, commit))) return mirror;
    throw new Failure('unavailable', `${mirror} has no commit ${commit.slice(0, 12)} of ${url}`, {
      next: 'fetch it there, or leave the mirror out',
    });
  }
  const dir = join(place.work, `${repositoryName(url)}.git`);
  await mkdir(dir, { recursive: true });
  await git(dir, ['init', '--quiet', '--bare']);
  if (await holds(dir, commit)) return dir;
  place.progress(`fetching ${url} at ${commit.slice(0, 12)}`);
  await gitLoud(dir, ['fetch', '--depth=1', '--no-tags', '--no-write-fetch-head', url, commit], () => {});
  return dir;
}

async function partsOf(
  { url, commit }: Omit<InputSource, 'name'>,
  place: SourcePlace,
  prefix = '',
  depth = 0,
): Promise<Part[]> {
  if (depth > DEEPEST) {
    throw new Failure('unavailable', `${url} has submodules of submodules deeper than ${DEEPEST}`);
  }
  const dir = await bring(url, commit, place);
  const parts: Part[] = [{ dir, commit, prefix }];
  for (const link of await gitlinks({ dir, commit, project: repositoryName(url) })) {
    parts.push(...(await partsOf(link, place, `${prefix}${link.path}/`, depth + 1)));
  }
  return parts;
}

/** Writes a commit and its submodules as a tar. The commit's id is the hash of all that it holds. */
export async function archiveSource(source: InputSource, file: string, place: SourcePlace): Promise<Archive> {
  const archive = await archiveParts(await partsOf(source, place), file);
  if (archive.absent.length === 0) return archive;
  throw new Failure('unavailable', `${source.name} lacks ${archive.absent.length} files`, {
    why: `its repository has no objects of them: ${archive.absent.slice(0, 3).join(', ')}`,
    next: 'give a complete mirror, or none',
  });
}
