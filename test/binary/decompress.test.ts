import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompressLz4 } from '../../src/binary/lz4.js';
import { decompressZstd } from '../../src/binary/zstd/decompress.js';

/** What the format's own program makes; undefined where it is not there. */
function packed(program: 'zstd' | 'lz4', bytes: Uint8Array, ...flags: string[]): Buffer | undefined {
  const { status, stdout } = spawnSync(program, [...flags, '-c'], { input: bytes, maxBuffer: 1 << 28 });
  return status === 0 ? stdout : undefined;
}

/** The first block of a frame that `lz4` wrote, which states no size of the content. */
function firstBlock(frame: Buffer): Buffer {
  return frame.subarray(11, 11 + (frame.readUInt32LE(7) & 0x7fff_ffff));
}

const has = (program: 'zstd' | 'lz4') => packed(program, Buffer.from('a')) !== undefined;
const without = (program: 'zstd' | 'lz4') => (has(program) ? '' : ` (skipped: ${program} is not there)`);

/** Bytes that repeat themselves at several distances, as code does. */
const texts = fc
  .array(
    fc.oneof(fc.constantFrom('mma.sync ', 'ld.shared ', 'abcabc', '\0\0\0\0'), fc.string({ maxLength: 12 })),
    {
      minLength: 1,
      maxLength: 400,
    },
  )
  .map((parts) => Buffer.from(parts.join(''), 'utf8'))
  .filter((bytes) => bytes.length > 0);

describe('zstd', () => {
  it.runIf(has('zstd'))(`gives back what was packed${without('zstd')}`, () => {
    fc.assert(
      fc.property(texts, fc.constantFrom('-1', '-3', '-19'), (bytes, level) => {
        expect(decompressZstd(packed('zstd', bytes, level)!, bytes.length)?.equals(bytes)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it.runIf(has('zstd'))(`reads several blocks, repeated and plain ones among them${without('zstd')}`, () => {
    const noise = Buffer.from(
      Array.from({ length: 200_000 }, (_, at) => (Math.imul(at, 2654435761) >>> 13) & 255),
    );
    const parts = [readFileSync(process.execPath).subarray(0, 1 << 20), Buffer.alloc(300_000, 7), noise];
    const bytes = Buffer.concat(parts);
    for (const level of ['-1', '-9', '-19']) {
      expect(decompressZstd(packed('zstd', bytes, level)!, bytes.length)?.equals(bytes)).toBe(true);
    }
  });

  it('is undefined for what is no frame, or is larger than it may be', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const framed = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 0xff]), bytes]);
        expect(decompressZstd(framed, 1 << 16)?.length ?? 0).toBeLessThanOrEqual(1 << 16);
      }),
      { numRuns: 500 },
    );
    const repeated = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 5, 5 * 8 + 3, 0, 0, 65]);
    expect(decompressZstd(repeated, 5)?.toString()).toBe('AAAAA');
    expect(decompressZstd(repeated, 4)).toBeUndefined();
  });
});

describe('lz4', () => {
  it.runIf(has('lz4'))(`gives back what was packed${without('lz4')}`, () => {
    fc.assert(
      fc.property(texts, fc.constantFrom('-1', '-9'), (bytes, level) => {
        const frame = packed('lz4', bytes, level, '--no-frame-crc')!;
        const stored = (frame.readUInt32LE(7) & 0x8000_0000) !== 0;
        const block = firstBlock(frame);
        expect((stored ? block : decompressLz4(block, bytes.length))?.equals(bytes)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('copies literals and matches that overlap, and keeps within its size', () => {
    const block = Buffer.from([0x15, 65, 1, 0, 0x10, 66]);
    expect(decompressLz4(block, 11)?.toString()).toBe('AAAAAAAAAAB');
    expect(decompressLz4(block, 10)).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decompressLz4(Buffer.from(bytes), 4096)?.length ?? 0).toBeLessThanOrEqual(4096);
      }),
    );
  });
});
