import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { gitText } from '../tree/git.js';
import { type Entry, listTree } from '../tree/listing.js';
import { ObjectReader } from '../tree/object-reader.js';
import { TAR_END, tarEntry } from './tar-entry.js';

export interface Archive {
  readonly sha256: string;
  readonly bytes: number;
  /** Files whose blobs the checkout lacks. They are not in the archive. */
  readonly absent: readonly string[];
}

/** A commit, and the folder of the archive that its files stand in: empty for the top. */
export interface Part {
  readonly dir: string;
  readonly commit: string;
  readonly prefix: string;
}

function member({ path, mode }: Entry, data: Buffer, mtime: number): Buffer {
  const isLink = mode === '120000';
  const permissions = isLink ? 0o777 : mode === '100755' ? 0o755 : 0o644;
  return tarEntry({ path, type: isLink ? 'link' : 'file', mode: permissions, mtime, data });
}

/** Files and links; submodules are fetched by the build. */
async function membersOf(dir: string, commit: string): Promise<Entry[]> {
  return (await listTree(dir, commit)).filter(({ mode }) => /^(?:100\d{3}|120000)$/.test(mode));
}

/** The part's files as members, each with the commit's own time; names of those whose blobs are not there. */
async function* members({ dir, commit, prefix }: Part): AsyncGenerator<Buffer | string> {
  const mtime = Number(await gitText(dir, ['show', '-s', '--format=%ct', commit]));
  const reader = new ObjectReader(dir);
  try {
    for (const entry of await membersOf(dir, commit)) {
      const path = `${prefix}${entry.path}`;
      const object = await reader.read(entry.oid);
      yield object ? member({ ...entry, path }, object.bytes, mtime) : path;
    }
  } finally {
    reader.close();
  }
}

/**
 * Writes the files of commits as a tar to `file`: git's order and modes, the commits' own times, no owner. The same
 * commits give the same bytes anywhere; `git archive` does not, since it expands `export-subst`.
 */
export async function archiveParts(parts: readonly Part[], file: string): Promise<Archive> {
  const out = await open(file, 'w', 0o644);
  const hash = createHash('sha256');
  const absent: string[] = [];
  let bytes = 0;
  const write = async (data: Buffer): Promise<void> => {
    hash.update(data);
    bytes += data.length;
    await out.writeFile(data);
  };
  try {
    for (const part of parts) {
      for await (const one of members(part)) {
        if (typeof one === 'string') absent.push(one);
        else await write(one);
      }
    }
    await write(TAR_END);
    return { sha256: hash.digest('hex'), bytes, absent };
  } finally {
    await out.close();
  }
}

/** A commit alone, without its submodules. */
export const archiveCommit = (dir: string, commit: string, file: string): Promise<Archive> =>
  archiveParts([{ dir, commit, prefix: '' }], file);
