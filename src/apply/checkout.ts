import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.js';
import type { Target } from '../revision/resolve.js';
import { git, gitLoud, gitPipe, gitText } from '../tree/git.js';

export const BRANCH = 'dgx-patch';

/** Copies the objects of one commit into a new repository, as one pack. Returns those that the source lacks. */
async function copyObjects(source: string, commit: string, dir: string): Promise<Set<string>> {
  const listed = await gitText(source, ['rev-list', '--objects', '--no-walk', '--missing=print', commit]);
  const present: string[] = [];
  const absent = new Set<string>();
  for (const row of listed.split('\n')) {
    if (row.startsWith('?')) absent.add(row.slice(1));
    else present.push(row);
  }
  // Through a pipe: told a file, git writes its drafts into the objects that it reads from.
  await gitPipe(
    {
      dir: source,
      args: ['pack-objects', '-q', '--threads=0', '--stdout'],
      input: `${present.join('\n')}\n`,
    },
    { dir, args: ['index-pack', '--stdin'] },
  );
  await writeFile(join(dir, '.git', 'shallow'), `${commit}\n`);
  return absent;
}

/** Fetches a whole commit from where the target came from, if that is not a local git directory. */
async function fetchWhole(
  url: string,
  commit: string,
  dir: string,
  progress: (line: string) => void,
): Promise<void> {
  await gitLoud(dir, ['fetch', '--progress', '--depth=1', '--no-tags', url, commit], progress);
}

/**
 * Makes a self-contained checkout of a target in `dir`, an empty folder: the commit alone, without
 * history, on a branch of our own. Files whose blobs the mirror lacks are left out and marked so, that the
 * tree counts as clean. Returns their paths.
 */
export async function makeCheckout(
  target: Target,
  dir: string,
  progress: (line: string) => void,
): Promise<readonly string[]> {
  progress(`making a checkout of ${target.project}@${target.revision}`);
  // Listed first: what could leave its place is refused before anything of it is written.
  await target.tree.paths();
  await git(dir, ['init', '--quiet', `--initial-branch=${BRANCH}`]);
  const absent = new Set<string>();
  if (target.url) await fetchWhole(target.url, target.commit, dir, progress);
  else for (const oid of await copyObjects(target.dir, target.commit, dir)) absent.add(oid);
  await git(dir, ['update-ref', 'HEAD', target.commit]);
  // Version tools (setuptools-scm) look for the tag.
  if (target.pin?.tag) await git(dir, ['update-ref', `refs/tags/${target.pin.tag}`, target.commit]);
  await git(dir, ['read-tree', 'HEAD']);
  const missing: string[] = [];
  if (absent.size > 0) {
    const rows = (await git(dir, ['ls-files', '-s', '-z'])).stdout.toString('utf8').split('\0');
    for (const row of rows) {
      const [, oid] = row.split(' ');
      if (oid && absent.has(oid)) missing.push(row.slice(row.indexOf('\t') + 1));
    }
    await git(dir, ['update-index', '-z', '--skip-worktree', '--stdin'], { input: missing.join('\0') });
  }
  const made = await git(dir, ['checkout-index', '--all', '--quiet'], { accept: [1, 128] });
  if (made.code !== 0) {
    throw new Failure(
      'unavailable',
      `the checkout of ${target.commit} failed: ${made.stderr.trim().split('\n')[0]}`,
      {
        next: 'give a complete mirror with --mirror',
      },
    );
  }
  await git(dir, ['update-index', '-q', '--refresh'], { accept: [1] });
  return missing;
}
