import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { gitText } from '../tree/git.js';
import { type Entry, listTree } from '../tree/listing.js';
import { ObjectReader } from '../tree/object-reader.js';

const BLOCK = 512;

export interface Archive {
  readonly sha256: string;
  readonly bytes: number;
  /** Files whose blobs the checkout lacks. They are not in the archive. */
  readonly absent: readonly string[];
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

/** One header. Owner, names and devices are empty: only path, mode, size, time and type say something. */
function header(path: string, size: number, mode: number, type: string, link: string, mtime: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const bytes = Buffer.from(path, 'utf8');
  let cut = bytes.length <= 100 ? 0 : bytes.indexOf('/', bytes.length - 101) + 1;
  if (cut > 156) cut = 0;
  block.write(bytes.subarray(cut).toString('latin1'), 0, 100, 'latin1');
  if (cut > 0) block.write(bytes.subarray(0, cut - 1).toString('latin1'), 345, 155, 'latin1');
  block.write(octal(mode, 8) + octal(0, 8) + octal(0, 8) + octal(size, 12) + octal(mtime, 12), 100, 'latin1');
  block.write(`        ${type}`, 148, 'latin1');
  block.write(link, 157, 100, 'utf8');
  block.write('ustar\0' + '00', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function fits(path: string): boolean {
  const bytes = Buffer.from(path, 'utf8');
  if (bytes.length <= 100) return true;
  const cut = bytes.indexOf('/', bytes.length - 101);
  return cut >= 0 && cut <= 155;
}

/** A path or a link too long for a header goes before it, as a record of its own. */
function longRecord(key: 'path' | 'linkpath', value: string, mtime: number): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (Buffer.byteLength(`${length}${rest}`) !== length) length += 1;
  const data = Buffer.from(`${length}${rest}`);
  return Buffer.concat([header('pax', data.length, 0o644, 'x', '', mtime), padded(data)]);
}

function padded(data: Buffer): Buffer {
  const rest = data.length % BLOCK;
  return rest === 0 ? data : Buffer.concat([data, Buffer.alloc(BLOCK - rest)]);
}

function member({ path, mode }: Entry, data: Buffer, mtime: number): Buffer {
  const isLink = mode === '120000';
  const link = isLink ? data.toString('utf8') : '';
  const permissions = isLink ? 0o777 : mode === '100755' ? 0o755 : 0o644;
  return Buffer.concat([
    ...(fits(path) ? [] : [longRecord('path', path, mtime)]),
    ...(Buffer.byteLength(link) <= 100 ? [] : [longRecord('linkpath', link, mtime)]),
    header(
      fits(path) ? path : path.slice(-100),
      isLink ? 0 : data.length,
      permissions,
      isLink ? '2' : '0',
      link,
      mtime,
    ),
    ...(isLink ? [] : [padded(data)]),
  ]);
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
    await write(Buffer.alloc(2 * BLOCK));
    return { sha256: hash.digest('hex'), bytes, absent };
  } finally {
    reader.close();
    await out.close();
  }
}
