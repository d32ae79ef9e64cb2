import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { git, gitText } from '../tree/git.js';
import { ObjectReader } from '../tree/object-reader.js';
import { TAR_END, tarEntry } from './tar-entry.js';

interface Member {
  readonly path: string;
  /** As git has it: 100644, 100755 or 120000. */
  readonly mode: string;
  readonly oid: string;
}

export interface Archive {
  readonly sha256: string;
  readonly bytes: number;
  /** Files whose blobs the checkout lacks. They are not in the archive. */
  readonly absent: readonly string[];
}

function member({ path, mode }: Member, data: Buffer, mtime: number): Buffer {
  const isLink = mode === '120000';
  const permissions = isLink ? 0o777 : mode === '100755' ? 0o755 : 0o644;
  return tarEntry({ path, type: isLink ? 'link' : 'file', mode: permissions, mtime, data });
}

async function membersOf(dir: string, commit: string): Promise<Member[]> {
  const { stdout } = await git(dir, ['ls-tree', '-r', '-z', '--full-tree', commit]);
  return stdout
    .toString('utf8')
    .split('\0')
    .map((row) => /^(100\d{3}|120000) blob ([0-9a-f]+)\t(.*)$/s.exec(row))
    .filter((match) => match !== null)
    .map((match) => ({ mode: match[1]!, oid: match[2]!, path: match[3]! }));
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
