import type { Project } from '../codemod/types.js';
import { Failure } from '../failure.js';
import type { Mirrors } from '../target/mirrors.js';
import { isUrl } from '../target/spec.js';
import { gitText } from '../tree/git.js';

const byVersion = new Intl.Collator('en', { numeric: true });

/** `v0.9.0rc1` comes before `v0.9.0`, as git's `version:refname` with `rc` as a suffix has it. */
function sortKey(tag: string): string {
  return /\d$/.test(tag) && !/\d(?:rc|a|b)\d+$/.test(tag) ? `${tag}~` : tag;
}

export function sortVersions(tags: readonly string[]): string[] {
  return [...tags].sort((a, b) => byVersion.compare(sortKey(a), sortKey(b)));
}

/** The tags of a project's first mirror that match git's glob, oldest version first. */
export async function listTags(project: Project, glob: string, mirrors: Mirrors): Promise<string[]> {
  const [location] = mirrors.get(project) ?? [];
  if (location === undefined) {
    throw new Failure('usage', `--tags needs a copy of ${project} to list them from`, {
      next: `give one with --mirror ${project}=<git directory or URL>`,
    });
  }
  const text = isUrl(location)
    ? await gitText('.', ['ls-remote', '--tags', '--refs', '--', location, glob])
    : await gitText(location, ['tag', '--list', '--', glob]);
  const tags = text.split('\n').map((line) => line.replace(/^.*\trefs\/tags\//, ''));
  const found = sortVersions(tags.filter((tag) => tag !== ''));
  if (found.length === 0) {
    throw new Failure('usage', `no tag of ${location} matches ${JSON.stringify(glob)}`, {
      next: "for example: --tags 'v0.*'",
    });
  }
  return found;
}
