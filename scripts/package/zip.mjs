// A zip file, written so that the same entries give the same bytes: no times, no extra fields.
import { crc32, deflateRawSync } from 'node:zlib';

/** 1980-01-01, the first day that the format has. */
const DATE = 0x21;
const UTF8 = 0x800;
const DEFLATED = 8;
const UNIX = 3 << 8;
const VERSION = 20;

/** @param entries `{ name, bytes, mode }`, the mode as in a file system (0o755). Files below 4 GiB. */
export function zip(entries) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, bytes, mode = 0o644 } of entries) {
    const packed = deflateRawSync(bytes);
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(VERSION, 0);
    common.writeUInt16LE(UTF8, 2);
    common.writeUInt16LE(DEFLATED, 4);
    common.writeUInt16LE(DATE, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = [Buffer.from('PK\x03\x04'), common, path, packed];
    const central = Buffer.alloc(14);
    central.writeUInt32LE(((0o100000 | mode) << 16) >>> 0, 6);
    central.writeUInt32LE(offset, 10);
    const made = Buffer.alloc(2);
    made.writeUInt16LE(UNIX | VERSION, 0);
    directory.push(Buffer.from('PK\x01\x02'), made, common, central, path);
    parts.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, ...directory, Buffer.from('PK\x05\x06'), end]);
}
