import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Outcome } from '../codemod/types.js';
import { Failure } from '../failure.js';
import type { Edit } from '../source/edits.js';
import { byPath, editFile } from '../source/edits.js';
import { blobId } from '../tree/blob-id.js';
import { git, gitText } from '../tree/git.js';
import { realDisk } from './disk.js';
import type { FileChange } from './file-change.js';
import type { Receipt } from './receipt.js';
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

/** Mode and blob of paths in an index, with which `original` must agree: else git stores other bytes than lie there. */
async function entryOf(root: TreeRoot, path: string, text: string | undefined, env: Environment) {
  const listed = await gitText(root.dir, ['ls-files', '-s', '--', `:(literal)${path}`], { env });
  const entry = /^(\d+) ([0-9a-f]+)/.exec(listed);
  if ((text === undefined) === (entry === null) && (!entry || entry[2] === blobId(text!))) {
    return entry?.[1] ?? '100644';
  }
  throw new Failure('tree', `git stores other bytes for ${path} than lie in ${root.dir}`, {
    why: 'a filter or a conversion of line endings is set up there; dgx-patch runs none',
    next: 'make a checkout without them: dgx-patch apply --out <folder>; or edit in place with --no-commit',
  });
}

type Environment = Readonly<Record<string, string>>;

/** Writes the blobs of one fix's files. Returns what the index is to hold: path → mode and blob. */
async function writeBlobs(
  root: TreeRoot,
  files: ReadonlyMap<string, readonly Edit[]>,
  paths: Iterable<string>,
  original: (path: string) => Promise<string | undefined>,
  modes: Map<string, string>,
  env: Environment,
): Promise<Map<string, string>> {
  const rows = new Map<string, string>();
  for (const path of paths) {
    const before = await original(path);
    if (!modes.has(path)) modes.set(path, await entryOf(root, path, before, env));
    const bytes = Buffer.from(editFile(before, files.get(path)!), 'latin1');
    const write = ['hash-object', '-w', '--no-filters', '--stdin'];
    rows.set(path, `${modes.get(path)} ${await gitText(root.dir, write, { input: bytes })}`);
  }
  return rows;
}

/** A commit differs from its parent by the given entries and nothing else, or it is not used. */
async function checkCommit(
  root: TreeRoot,
  parent: string,
  commit: string,
  rows: ReadonlyMap<string, string>,
): Promise<void> {
  const listed = await git(root.dir, ['diff-tree', '-r', '-z', '--no-renames', '--raw', parent, commit]);
  const parts = listed.stdout.toString('utf8').split('\0');
  const found = new Map<string, string>();
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, mode, , oid] = parts[at]!.split(' ');
    found.set(parts[at + 1]!, `${mode} ${oid}`);
  }
  const odd = [...new Set([...found.keys(), ...rows.keys()])].find(
    (path) => found.get(path) !== rows.get(path),
  );
  if (odd === undefined) return;
  throw new Failure('tree', `the commit that git made is not the fix's edits: ${odd} differs`, {
    why: 'another process changed the repository at the same time',
    next: 'nothing was changed; run the command again',
  });
}

/** Runs `work` with an index of its own that holds a commit's tree, and with our name as the author. */
async function withIndex<T>(
  root: TreeRoot,
  parent: string,
  dateOf: string,
  work: (env: Environment) => Promise<T>,
): Promise<T> {
  const index = join(root.state, `commit-index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index, ...(await identity(root, dateOf)) };
  await realDisk.makeFolder(root.state);
  try {
    await git(root.dir, ['read-tree', parent], { env });
    return await work(env);
  } finally {
    await realDisk.remove(index);
    await realDisk.remove(`${index}.lock`);
  }
}

/** Makes a commit on `head` in which the paths are what `rows` says. */
async function commitOn(
  root: TreeRoot,
  head: string,
  rows: ReadonlyMap<string, string>,
  message: string,
  env: Environment,
): Promise<string> {
  const input = [...rows].map(([path, entry]) => `${entry}\t${path}\0`).join('');
  await git(root.dir, ['update-index', '-z', '--index-info'], { input, env });
  // A tree may name blobs that the mirror lacks (images): they are not ours to check.
  const tree = await gitText(root.dir, ['write-tree', '--missing-ok'], { env });
  const made = await gitText(root.dir, ['commit-tree', tree, '-p', head], { input: message, env });
  await checkCommit(root, head, made, rows);
  return made;
}

/**
 * Makes one commit a fix on top of HEAD's commit `parent`, objects only: no ref moves, no file is written.
 * `original` gives the bytes that the edits were made on. Returns the commits, in order.
 */
export function makeCommits(
  root: TreeRoot,
  parent: string,
  dateOf: string,
  outcomes: readonly Outcome[],
  original: (path: string) => Promise<string | undefined>,
): Promise<string[]> {
  return withIndex(root, parent, dateOf, async (env) => {
    const commits: string[] = [];
    const edits: Edit[] = [];
    const modes = new Map<string, string>();
    for (const outcome of outcomes) {
      edits.push(...outcome.edits);
      const paths = new Set(outcome.edits.map((edit) => edit.path));
      const rows = await writeBlobs(root, byPath(edits), paths, original, modes, env);
      commits.push(await commitOn(root, commits.at(-1) ?? parent, rows, commitMessage(outcome), env));
    }
    return commits;
  });
}

function revertMessage({ fixes }: Receipt): string {
  return [
    `dgx-patch: take ${fixes.length} ${fixes.length === 1 ? 'fix' : 'fixes'} back`,
    '',
    'The files are as they were before these fixes.',
    '',
    ...fixes.map(({ id }) => `Dgx-Patch-Revert: ${id}`),
    '',
  ].join('\n');
}

/** Makes the commit on `head` that takes a receipt's fixes back, objects only. */
export function makeRevertCommit(
  root: TreeRoot,
  head: string,
  receipt: Receipt,
  files: readonly FileChange[],
): Promise<string> {
  return withIndex(root, head, head, async (env) => {
    const rows = new Map<string, string>();
    for (const { path, before, after } of files) {
      const mode = await entryOf(root, path, before, env);
      const write = ['hash-object', '-w', '--no-filters', '--stdin'];
      const entry =
        after === undefined
          ? `000000 ${'0'.repeat(40)}`
          : `${mode} ${await gitText(root.dir, write, { input: Buffer.from(after, 'latin1') })}`;
      rows.set(path, entry);
    }
    return commitOn(root, head, rows, revertMessage(receipt), env);
  });
}
