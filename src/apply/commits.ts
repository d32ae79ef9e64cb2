import { join } from 'node:path';
import type { Outcome } from '../codemod/types.js';
import type { Edit } from '../source/edits.js';
import { applyEdits, byPath } from '../source/edits.js';
import { git, gitText } from '../tree/git.js';
import { realDisk } from './disk.js';
import type { TreeRoot } from './tree-root.js';

const NAME = 'dgx-patch';
const EMAIL = 'dgx-patch@users.noreply.github.com';

/** The message of a fix's commit: the same text for the same input, wherever it is made. */
export function commitMessage({ codemod, reason, sites }: Outcome): string {
  const places = [...new Set(sites.filter((site) => site.state === 'wrong').map((site) => site.path))].sort();
  return [
    `dgx-patch: ${codemod.title}`,
    '',
    `${reason[0]!.toUpperCase()}${reason.slice(1)}.`,
    '',
    codemod.why,
    '',
    ...places.map((path) => `  ${path}`),
    ...(places.length > 0 ? [''] : []),
    `Dgx-Patch-Id: ${codemod.id}`,
    `Upstream-Status: ${codemod.upstreamStatus ?? 'Pending'}`,
    '',
  ].join('\n');
}

/** Author, committer and dates are fixed: the date is the base commit's. */
async function identity(root: TreeRoot, base: string): Promise<Record<string, string>> {
  const date = `${await gitText(root.dir, ['show', '-s', '--format=%ct', base])} +0000`;
  return {
    GIT_AUTHOR_NAME: NAME,
    GIT_AUTHOR_EMAIL: EMAIL,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: NAME,
    GIT_COMMITTER_EMAIL: EMAIL,
    GIT_COMMITTER_DATE: date,
  };
}

/**
 * Makes one commit a fix on top of HEAD's commit `parent`, objects only: no ref moves, no file is written.
 * `original` gives the bytes that the edits were made on. Returns the commits, in order.
 */
export async function makeCommits(
  root: TreeRoot,
  parent: string,
  dateOf: string,
  outcomes: readonly Outcome[],
  original: (path: string) => Promise<string>,
): Promise<string[]> {
  const index = join(root.state, 'commit-index');
  const env = { GIT_INDEX_FILE: index, ...(await identity(root, dateOf)) };
  const commits: string[] = [];
  const edits: Edit[] = [];
  let head = parent;
  await realDisk.makeFolder(root.state);
  try {
    await git(root.dir, ['read-tree', parent], { env });
    for (const outcome of outcomes) {
      edits.push(...outcome.edits);
      const all = byPath(edits);
      const rows: string[] = [];
      for (const path of new Set(outcome.edits.map((edit) => edit.path))) {
        const bytes = Buffer.from(applyEdits(await original(path), all.get(path)!), 'latin1');
        const oid = await gitText(root.dir, ['hash-object', '-w', '--stdin', `--path=${path}`], {
          input: bytes,
        });
        const listed = await gitText(root.dir, ['ls-files', '-s', '--', `:(literal)${path}`], { env });
        rows.push(`${/^\d+/.exec(listed)?.[0] ?? '100644'} ${oid}\t${path}\0`);
      }
      await git(root.dir, ['update-index', '-z', '--index-info'], { input: rows.join(''), env });
      // A tree may name blobs that the mirror lacks (images): they are not ours to check.
      const tree = await gitText(root.dir, ['write-tree', '--missing-ok'], { env });
      head = await gitText(root.dir, ['commit-tree', tree, '-p', head], {
        input: commitMessage(outcome),
        env,
      });
      commits.push(head);
    }
    return commits;
  } finally {
    await realDisk.remove(index);
    await realDisk.remove(`${index}.lock`);
  }
}
