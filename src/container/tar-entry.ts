/** One member of a tar. Names and devices are empty: only these say something. */
export interface TarEntry {
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link';
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** The bytes of a file; of a link, what it points to. */
  readonly data: Buffer;
  readonly uid?: number;
  readonly gid?: number;
}

export const BLOCK = 512;
const TYPES = { file: '0', folder: '5', link: '2' };

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

interface Header {
  readonly path: string;
  readonly size: number;
  readonly mode: number;
  readonly type: string;
  readonly link: string;
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
}

function header({ path, size, mode, type, link, mtime, uid, gid }: Header): Buffer {
  const block = Buffer.alloc(BLOCK);
  const bytes = Buffer.from(path, 'utf8');
  let cut = bytes.length <= 100 ? 0 : bytes.indexOf('/', bytes.length - 101) + 1;
  if (cut > 156) cut = 0;
  block.write(bytes.subarray(cut).toString('latin1'), 0, 100, 'latin1');
  if (cut > 0) block.write(bytes.subarray(0, cut - 1).toString('latin1'), 345, 155, 'latin1');
  block.write(
    octal(mode, 8) + octal(uid, 8) + octal(gid, 8) + octal(size, 12) + octal(mtime, 12),
    100,
    'latin1',
  );
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
  return Buffer.concat([
    header({ path: 'pax', size: data.length, mode: 0o644, type: 'x', link: '', mtime, uid: 0, gid: 0 }),
    padded(data),
  ]);
}

function padded(data: Buffer): Buffer {
  const rest = data.length % BLOCK;
  return rest === 0 ? data : Buffer.concat([data, Buffer.alloc(BLOCK - rest)]);
}

/** The bytes of one member, with what goes before it where its names are long. */
export function tarEntry({ path, type, mode, mtime, data, uid = 0, gid = 0 }: TarEntry): Buffer {
  const link = type === 'link' ? data.toString('utf8') : '';
  const size = type === 'file' ? data.length : 0;
  const name = fits(path) ? path : path.slice(-100);
  return Buffer.concat([
    ...(fits(path) ? [] : [longRecord('path', path, mtime)]),
    ...(Buffer.byteLength(link) <= 100 ? [] : [longRecord('linkpath', link, mtime)]),
    header({ path: name, size, mode, type: TYPES[type], link, mtime, uid, gid }),
    ...(type === 'file' ? [padded(data)] : []),
  ]);
}

/** What a tar ends with. */
export const TAR_END: Buffer = Buffer.alloc(2 * BLOCK);
