import { Failure } from '../failure.js';
import type { Mirrors } from '../revision/mirrors.js';
import { isUrl } from '../revision/spec.js';
import type { Project } from '../source/project.js';
import { askRemote, gitText } from '../tree/git.js';

/** A version as numbers: a release candidate sorts before its release, a post release after it. */
function numbersOf(tag: string): number[] {
  return (tag.match(/\d+|rc|post/g) ?? []).map((part) =>
    part === 'rc' ? -1 : part === 'post' ? 0.5 : Number(part),
  );
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0) - (b[i] ?? 0));
  return at.find((difference) => difference !== 0) ?? 0;
}

export function sortVersions(tags: readonly string[]): string[] {
  return [...tags].sort((a, b) => compare(numbersOf(a), numbersOf(b)) || a.localeCompare(b));
}

/** The tags of a project's first mirror that match one of git's globs, oldest version first. */
export async function listTags(
  project: Project,
  globs: readonly string[],
  mirrors: Mirrors,
): Promise<string[]> {
  const [location] = mirrors.get(project) ?? [];
  if (location === undefined) {
    throw new Failure('usage', `--tags needs a copy of ${project} to list them from`, {
      next: `give one with --mirror ${project}=<git directory or URL>`,
    });
  }
  const text = isUrl(location)
    ? await askRemote(['ls-remote', '--tags', '--refs', '--', location, ...globs])
    : await gitText(location, ['tag', '--list', '--', ...globs]);
  const tags = text.split('\n').map((line) => line.replace(/^.*\trefs\/tags\//, ''));
  const found = sortVersions(tags.filter((tag) => tag !== ''));
  if (found.length === 0) {
    throw new Failure('usage', `no tag of ${location} matches ${globs.join(' or ')}`, {
      next: "for example: --tags 'v0.*'",
    });
  }
  return found;
}
