/** One member of a tar that is read. */
export interface TarMember {
  /** Without `./` or `/` in front. */
  readonly path: string;
  readonly type: 'file' | 'folder' | 'symlink' | 'hardlink' | 'other';
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a file, in bytes. */
  readonly size: number;
  /** What a link points to. */
  readonly link: string;
}

/** Takes the bytes of a file, in pieces. */
export type Sink = (piece: Buffer) => Promise<void> | void;

const BLOCK = 512;
/** A header record of names takes some kilobytes; one that claims more is no tar of an engine. */
const RECORD_LIMIT = 1 << 20;
const TYPES: Readonly<Record<string, TarMember['type']>> = {
  '\0': 'file',
  0: 'file',
  7: 'file',
  1: 'hardlink',
  2: 'symlink',
  5: 'folder',
};

export class TarError extends Error {}

/** Bytes of a stream, by count. */
class Pieces {
  #rest: Buffer = Buffer.alloc(0);
  readonly #source: AsyncIterator<Buffer>;

  constructor(stream: AsyncIterable<Buffer>) {
    this.#source = stream[Symbol.asyncIterator]();
  }

  /** Hands on so many bytes, in pieces. */
  async pass(count: number, sink: Sink): Promise<void> {
    for (let left = count; left > 0; ) {
      if (this.#rest.length === 0) {
        const next = await this.#source.next();
        if (next.done) throw new TarError('the archive is cut off');
        this.#rest = next.value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      await sink(piece);
    }
  }

  async take(count: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    await this.pass(count, (piece) => void pieces.push(piece));
    return Buffer.concat(pieces);
  }

  async skip(count: number): Promise<void> {
    await this.pass(count, () => {});
  }
}

const text = (field: Buffer): string => field.toString('utf8').replace(/\0[\s\S]*$/, '');

/** Octal digits, or from GNU a big-endian number behind a bit. */
function number(field: Buffer): number {
  if ((field[0]! & 0x80) === 0) return Number.parseInt(text(field).trim() || '0', 8);
  return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, field[0]! & 0x7f);
}

/** `<length> <key>=<value>\n`, as often as there are keys. */
function records(data: Buffer): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < data.length; ) {
    const length = Number.parseInt(data.toString('latin1', at, at + 20), 10);
    if (!(length > 4)) break;
    const [, key, value] = /^\d+ ([^=]+)=([\s\S]*)\n$/.exec(data.toString('utf8', at, at + length)) ?? [];
    if (key !== undefined) found.set(key, value!);
    at += length;
  }
  return found;
}

function memberOf(head: Buffer, more: ReadonlyMap<string, string>): TarMember {
  const prefix = head.toString('latin1', 257, 262) === 'ustar' ? text(head.subarray(345, 500)) : '';
  const name = more.get('path') ?? (prefix ? `${prefix}/` : '') + text(head.subarray(0, 100));
  return {
    path: name.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, ''),
    type: TYPES[head.toString('latin1', 156, 157)] ?? 'other',
    mode: number(head.subarray(100, 108)) & 0o7777,
    uid: number(head.subarray(108, 116)),
    gid: number(head.subarray(116, 124)),
    size: Number(more.get('size') ?? number(head.subarray(124, 136))),
    link: more.get('linkpath') ?? text(head.subarray(157, 257)),
  };
}

/**
 * Reads a tar as it comes. `visit` sees every member, and gives a sink where it wants the bytes of a file. Throws a
 * `TarError` where the stream is none. A path may be anything: what is done with it is the visitor's matter.
 */
export async function readTar(
  stream: AsyncIterable<Buffer>,
  visit: (member: TarMember) => Promise<Sink | undefined> | Sink | undefined,
): Promise<void> {
  const pieces = new Pieces(stream);
  let more = new Map<string, string>();
  for (;;) {
    const head = await pieces.take(BLOCK);
    if (head.every((byte) => byte === 0)) return;
    const kind = head.toString('latin1', 156, 157);
    const size = number(head.subarray(124, 136));
    if (!Number.isSafeInteger(size)) throw new TarError('a member has no size');
    const padding = (length: number): number => -length & (BLOCK - 1);
    if ('xgLK'.includes(kind)) {
      if (size > RECORD_LIMIT) throw new TarError('a record of names is too long');
      const data = await pieces.take(size);
      await pieces.skip(padding(size));
      if (kind === 'x') more = new Map([...more, ...records(data)]);
      if (kind === 'L') more.set('path', text(data));
      if (kind === 'K') more.set('linkpath', text(data));
      continue;
    }
    const member = memberOf(head, more);
    more = new Map();
    if (!Number.isSafeInteger(member.size)) throw new TarError('a member has no size');
    const held = member.type === 'file' ? member.size : 0;
    await pieces.pass(held, (await visit(member)) ?? (() => {}));
    await pieces.skip(padding(held));
  }
}
