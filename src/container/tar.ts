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

function member({ path, mode }: Entry, data: Buffer, mtime: number): Buffer {
  const isLink = mode === '120000';
  const permissions = isLink ? 0o777 : mode === '100755' ? 0o755 : 0o644;
  return tarEntry({ path, type: isLink ? 'link' : 'file', mode: permissions, mtime, data });
}

/** Files and links; submodules are fetched by the build. */
async function membersOf(dir: string, commit: string): Promise<Entry[]> {
  return (await listTree(dir, commit)).filter(({ mode }) => /^(?:100\d{3}|120000)$/.test(mode));
}

/**
 * Writes a commit's files as a tar to `file`: git's order and modes, the commit's own time, no owner. The
 * same commit gives the same bytes anywhere; `git archive` does not, since it expands `export-subst`.
 */
export async function archiveCommit(dir: string, commit: string, file: string): Promise<Archive> {
  const mtime = Number(await gitText(dir, ['show', '-s', '--format=%ct', commit]));
  const reader = new ObjectReader(dir);
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
    for (const entry of await membersOf(dir, commit)) {
      const object = await reader.read(entry.oid);
      if (object) await write(member(entry, object.bytes, mtime));
      else absent.push(entry.path);
    }
    await write(TAR_END);
    return { sha256: hash.digest('hex'), bytes, absent };
  } finally {
    reader.close();
    await out.close();
  }
}
