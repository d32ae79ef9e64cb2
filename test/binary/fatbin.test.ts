import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteSource, bytesOf } from '../../src/binary/bytes.js';
import { readFatBinary } from '../../src/binary/fatbin.js';
import { kernelsOf } from '../../src/binary/kernels.js';
import { readLibrary } from '../../src/binary/library.js';
import { container, cubin, elf, type MadeCode } from '../support/fatbin.js';

const CODES: MadeCode[] = [
  { kind: 2, arch: 120, flags: 0x20_0011 },
  { kind: 2, arch: 121, flags: 0x10_8011, name: 'a.cu' },
  { kind: 2, arch: 121, flags: 0x2011 },
  { kind: 1, arch: 90 },
  { kind: 8, arch: 120 },
];

const archsOf = async (bytes: Buffer) =>
  (await readFatBinary(bytesOf(bytes)))?.containers.map(({ codes }) => codes.map(({ arch }) => arch));

describe('a fat binary', () => {
  it('names kind, target with its suffix, compression and source', async () => {
    const read = await readFatBinary(bytesOf(elf({ '.nv_fatbin': container(CODES) })));
    expect(read?.problems).toEqual([]);
    expect(
      read?.containers[0]?.codes.map(({ kind, arch, compressed, name }) => [kind, arch, compressed, name]),
    ).toEqual([
      ['sass', '120f', 'no', undefined],
      ['sass', '121a', 'zstd', 'a.cu'],
      ['sass', '121', 'lz4', undefined],
      ['ptx', '90', 'no', undefined],
      ['lto', '120', 'no', undefined],
    ]);
  });

  it('reads all containers of a section, padding between them', async () => {
    const [one, two] = [container([{ kind: 2, arch: 86 }]), container([{ kind: 2, arch: 121 }])];
    const bytes = elf({
      '.text': Buffer.alloc(100),
      '.nv_fatbin': Buffer.concat([one, Buffer.alloc(4096), two]),
    });
    expect(await archsOf(bytes)).toEqual([['86'], ['121']]);
  });

  it('takes relocatable code only where nothing is linked', async () => {
    const [linked, loose] = [container([{ kind: 2, arch: 120 }]), container([{ kind: 2, arch: 90 }])];
    expect(await archsOf(elf({ __nv_relfatbin: loose }))).toEqual([['90']]);
    expect(await archsOf(elf({ __nv_relfatbin: loose, '.nv_fatbin': linked }))).toEqual([['120']]);
  });

  it('reads a bare .fatbin, and is undefined for what is none', async () => {
    expect(await archsOf(container([{ kind: 2, arch: 121 }]))).toEqual([['121']]);
    expect(await archsOf(Buffer.from('#!/bin/sh\n'))).toBeUndefined();
    expect(await archsOf(elf({ '.text': Buffer.alloc(8) }))).toEqual([]);
  });

  it('says what is cut off', async () => {
    const whole = container(CODES);
    const read = await readFatBinary(bytesOf(elf({ '.nv_fatbin': whole.subarray(0, -20) })));
    expect(read).toMatchObject({ containers: [], problems: [expect.stringContaining('reaches beyond')] });
  });

  it('names the kernels of machine code', async () => {
    const code = { kind: 2, arch: 120, payload: cubin('_Z1kPf', '_Z3bigPfi') } as const;
    const source = bytesOf(elf({ '.nv_fatbin': container([code]) }));
    const read = await readFatBinary(source);
    expect(await kernelsOf(source, read!.containers[0]!.codes[0]!)).toEqual([
      { name: '_Z1kPf', size: 64 },
      { name: '_Z3bigPfi', size: 64 },
    ]);
  });

  it('reads a part of a large file', async () => {
    const bytes = elf({ '.nv_fatbin': container([{ kind: 2, arch: 120, payload: Buffer.alloc(1 << 22) }]) });
    let sum = 0;
    const counting: ByteSource = {
      size: bytes.length,
      read: async (at, length) => {
        const part = bytes.subarray(at, at + length);
        sum += part.length;
        return part;
      },
    };
    expect((await readFatBinary(counting))?.containers).toHaveLength(1);
    expect(sum).toBeLessThan(1 << 16);
  });
});

describe('hostile input', () => {
  const whole = elf({
    '.nv_fatbin': Buffer.concat([
      container(CODES),
      container([{ kind: 2, arch: 120, payload: cubin('_Z1kPf') }]),
    ]),
  });

  it('never throws, whatever the bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
        await readLibrary('any', bytesOf(bytes));
        await readLibrary('any', bytesOf(Buffer.concat([Buffer.from([0x50, 0xed, 0x55, 0xba]), bytes])));
        const read = await readLibrary('any', bytesOf(elf({ '.nv_fatbin': Buffer.from(bytes) })));
        expect(read === undefined || Array.isArray(read.units)).toBe(true);
      }),
    );
  });

  it('never throws where bytes of a sound file are changed', async () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const read = await readLibrary('any', bytesOf(bytes));
        expect(read?.units.length ?? 0).toBeLessThan(whole.length / 16);
      }),
      { numRuns: 500 },
    );
  });

  it('gives up a section of nothing but faults', async () => {
    const broken = Buffer.alloc(16);
    broken.writeUInt32LE(0xba55ed50, 0);
    const section = Buffer.concat(Array.from({ length: 5000 }, () => broken));
    expect((await readFatBinary(bytesOf(elf({ '.nv_fatbin': section }))))?.problems).toHaveLength(21);
  });
});
