import { Failure } from '../failure.js';
import type { Build } from '../source/build.js';
import { PROJECTS, type Project } from '../source/project.js';
import { gitText } from '../tree/git.js';
import { ObjectReader } from '../tree/object-reader.js';
import { type BlobChange, changesOf } from './changes.js';
import { sha256 } from './journal.js';
import type { Receipt } from './receipt.js';
import type { TreeRoot } from './tree-root.js';

/** So far back our commits are looked for below HEAD. */
const FARTHEST = 1000;
const FIELDS = [
  '%H',
  '%P',
  ...['Id', 'Revert'].map((key) => `%(trailers:key=Dgx-Patch-${key},valueonly,separator=%x20)`),
];

interface FixCommit {
  readonly commit: string;
  readonly parent: string;
  readonly id: string;
}

/** Our commits below HEAD that no later commit of ours takes back; the oldest first. */
async function fixCommits(dir: string): Promise<FixCommit[]> {
  const args = ['log', '-z', '--first-parent', `--max-count=${FARTHEST}`, `--format=${FIELDS.join('%x1f')}`];
  const rows = (await gitText(dir, [...args, 'HEAD'])).split('\0').map((row) => row.trim().split('\x1f'));
  const takenBack = new Set<string>();
  const found: FixCommit[] = [];
  for (const [commit = '', parents = '', ids = '', reverts = ''] of rows) {
    const [parent] = parents.split(' ');
    const [id] = ids.trim().split(' ');
    if (parent && id && !takenBack.has(id)) found.unshift({ commit, parent, id });
    for (const back of reverts.split(' ')) takenBack.add(back);
  }
  return found;
}

type Change = Pick<BlobChange, 'before' | 'after'>;

/** What the commits changed together, by path: the first blob and the last. */
async function changedBy(dir: string, commits: readonly FixCommit[]): Promise<Map<string, Change>> {
  const together = new Map<string, Change>();
  for (const changes of await changesOf(dir, commits)) {
    for (const [path, { before, after }] of changes)
      together.set(path, { before: together.get(path)?.before ?? before, after });
  }
  return together;
}

const ABSENT = /^0+$/;

async function filesOf(dir: string, changes: ReadonlyMap<string, Change>): Promise<Receipt['files']> {
  const reader = new ObjectReader(dir);
  const sumOf = async (oid: string): Promise<string> => {
    const object = await reader.read(oid);
    if (!object) throw new Failure('unavailable', `${dir} lacks the object ${oid}`);
    return sha256(object.bytes.toString('latin1'));
  };
  try {
    const files: Receipt['files'] = [];
    for (const [path, { before, after }] of changes) {
      if (ABSENT.test(after)) continue;
      files.push({
        path,
        before: ABSENT.test(before) ? null : await sumOf(before),
        after: await sumOf(after),
      });
    }
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  } finally {
    reader.close();
  }
}

/**
 * What a tree's own commits say was applied, where the receipt did not come along: a clone, a pushed branch,
 * an unpacked archive with its history. Undefined where there are none. The build is not written there:
 * `build` is taken for it, and what is wrong for that build a judge finds.
 */
export async function receiptFromCommits(root: TreeRoot, build: Build): Promise<Receipt | undefined> {
  if (!root.isGit) return undefined;
  const commits = await fixCommits(root.dir);
  const first = commits[0];
  const project = PROJECTS.find((name) => first?.id.startsWith(`${name}/`)) as Project | undefined;
  if (!first || !project) return undefined;
  return {
    formatVersion: 1,
    id: 'commits',
    tool: 'unknown',
    target: { project, revision: first.parent.slice(0, 12), commit: first.parent },
    build,
    fixes: commits.map(({ id, commit }) => ({ id, commit })),
    files: await filesOf(root.dir, await changedBy(root.dir, commits)),
    base: first.parent,
    head: commits.at(-1)!.commit,
  };
}
