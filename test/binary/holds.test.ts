import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../src/binary/bytes.js';
import { type Holdings, holdings } from '../../src/binary/holds.js';
import { type Library, readLibrary, type Unit } from '../../src/binary/library.js';
import { container, cubin, elf } from '../support/fatbin.js';

const library = (units: readonly Unit[], problems: readonly string[] = []): Library => ({
  name: '_C.so',
  units,
  problems,
});
const unit = (kind: Unit['kind'], ...targets: string[]): Unit => ({ kind, targets });
const times = (count: number, one: Unit): Unit[] => Array.from({ length: count }, () => one);
const said = (...units: Unit[]): Holdings => holdings([library(units)]);

describe('what compiled libraries hold', () => {
  it('counts the FP4 units', () => {
    const units = [
      ...times(9, unit('fp4-gemm', 'sm_120f')),
      ...times(2, unit('fp4', 'sm_100f')),
      unit('other', 'sm_80', 'sm_121'),
    ];
    expect(said(...units)).toEqual({
      state: 'ok',
      sentences: ['sm_120f code for 9 of 11 FP4 units, none for sm_121: GB10 runs it'],
    });
  });

  it.each([
    [['sm_120'], 'built for plain 12.0: the NVFP4 GEMMs are stubs'],
    [['sm_120a', 'sm_121'], 'built for plain 12.1: the NVFP4 GEMMs are stubs'],
  ])('knows stubs: %s', (targets, sentence) => {
    const { state, sentences } = said(unit('fp4-gemm', ...targets), unit('fp4', ...targets));
    expect([state, sentences[1]]).toEqual(['wrong', sentence]);
  });

  it('counts the stubs among GEMMs that are none', () => {
    const gemms = [
      unit('fp4-gemm', 'sm_120'),
      unit('fp4-gemm', 'sm_120f'),
      unit('fp4-gemm', 'sm_120', 'sm_121a'),
    ];
    expect(said(...gemms).sentences).toContain('built for plain 12.0: 1 of 3 NVFP4 GEMMs are stubs');
  });

  it.each([
    [['sm_80', 'sm_90a', 'sm_100a'], /^no SM12x code at all: this wheel cannot run on GB10/],
    [['sm_80', 'sm_120a'], /^of SM12x, code for sm_120a alone: this wheel cannot run on GB10/],
    [['sm_90a', 'compute_90a'], /^no SM12x code at all/],
  ])('knows what GB10 cannot run: %s', (targets, sentence) => {
    expect(said(unit('other', ...targets))).toEqual({
      state: 'wrong',
      sentences: [expect.stringMatching(sentence)],
    });
  });

  it('tells code that runs from code for another device, and from PTX', () => {
    expect(said(unit('other', 'sm_120a', 'sm_121a')).sentences).toEqual([
      'sm_120a code for 1 of 1 units, sm_121a for 1 of 1: GB10 runs sm_121a',
    ]);
    expect(said(unit('other', 'sm_80', 'compute_90'), unit('other', 'sm_80')).sentences).toEqual([
      'no SM12x code: GB10 compiles 1 of 2 units from PTX when they are loaded',
    ]);
  });

  it('says what it does not know', () => {
    expect(said()).toEqual({ state: 'unknown', sentences: ['no device code'] });
    const one = library([unit('unread', 'sm_121')], ['.nv_fatbin: cut off']);
    expect(holdings([one]).sentences.slice(1)).toEqual([
      'the kernels of 1 units are unknown',
      '_C.so: .nv_fatbin: cut off',
    ]);
  });
});

describe('a library', () => {
  it('tells its units by the names of their kernels', async () => {
    const names = ['_Z1kPf', '_Z16cvt_fp16_to_fp4v', '_ZN7cutlass4gemm6kernel4arch5Sm120E12float_e2m1_tE'];
    const units = names.map((name) =>
      container([{ kind: 2, arch: 120, flags: 0x20_0011, payload: cubin(name) }]),
    );
    const bytes = elf({ '.nv_fatbin': Buffer.concat(units) });
    expect((await readLibrary('_C.so', bytesOf(bytes)))?.units).toEqual([
      unit('other', 'sm_120f'),
      unit('fp4', 'sm_120f'),
      unit('fp4-gemm', 'sm_120f'),
    ]);
  });

  it('is none without device code', async () => {
    expect(await readLibrary('libc.so', bytesOf(elf({ '.text': Buffer.alloc(8) })))).toBeUndefined();
  });
});
