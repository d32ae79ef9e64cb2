import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.js';
import { askRemote } from '../tree/git.js';
import { fetchedLinks, type ImageFacts, linkName } from './facts.js';
import type { FetchedSource } from './fetched.js';
import { type InputSource, type Inputs, inputsSchema, SOURCE_URL } from './inputs.js';
import type { PatchedTree } from './patched-tree.js';

/** The commit that a name means today. The tree's CMake names it, and where: only plain words reach git. */
export async function commitOf({ name, url, revision, fixed }: FetchedSource): Promise<string> {
  if (fixed) return revision;
  if (!SOURCE_URL.test(url) || !/^[\w./-]+$/.test(revision)) {
    throw new Failure(
      'unavailable',
      `${name} is fetched from ${JSON.stringify(url)} at ${JSON.stringify(revision)}`,
      {
        why: 'that is no https address with the name of a tag or a branch',
      },
    );
  }
  const refs = [`refs/tags/${revision}^{}`, `refs/tags/${revision}`, `refs/heads/${revision}`, 'HEAD'];
  const rows = (await askRemote(['ls-remote', url, ...refs])).split('\n').map((row) => row.split('\t'));
  const wanted = revision === 'HEAD' ? ['HEAD'] : refs.slice(0, 3);
  const found = wanted.map((ref) => rows.find(([, own]) => own === ref)?.[0]).find((oid) => oid);
  if (found) return found;
  throw new Failure('unavailable', `${url} has no tag and no branch ${revision}, which ${name} asks for`);
}

/** The repositories that the build would fetch, each at a commit. */
export async function sourcesOf(facts: ImageFacts): Promise<InputSource[]> {
  const sources = fetchedLinks(facts).map((link) => ({
    name: linkName(link),
    url: link.url,
    commit: link.commit,
  }));
  for (const one of facts.fetched) {
    sources.push({ name: one.name, url: one.url, commit: await commitOf(one) });
  }
  return sources;
}

/** The document of inputs: what the stage `inputs` left in `dir`, with the repositories. */
export async function collectInputs(
  facts: ImageFacts,
  trees: readonly PatchedTree[],
  platform: string,
  dir: string,
): Promise<Inputs> {
  const files: unknown = JSON.parse(await readFile(join(dir, 'files.json'), 'utf8'));
  const read = inputsSchema.safeParse({
    formatVersion: 1,
    platform,
    set: facts.set.name,
    trees: Object.fromEntries(trees.map(({ project, pin }) => [project, pin.commit])),
    files,
    sources: await sourcesOf(facts),
  });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Failure('unavailable', `an input is not fit for a lock: ${issue!.path.join('.')}`, {
    why: issue!.message,
  });
}
