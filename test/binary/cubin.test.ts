import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../src/binary/bytes.js';
import { cubinFlaw, readCubin } from '../../src/binary/cubin.js';
import { cubinFor, elf } from '../support/fatbin.js';
import { hasNvcc } from '../support/nvcc.js';
import { tempFolder } from '../support/temp.js';

const flaw = async (bytes: Buffer, target: string, kernels: readonly string[]) =>
  cubinFlaw(await readCubin(bytesOf(bytes)), target, kernels);

describe('machine code', () => {
  it('is that of a target, with code of every kernel', async () => {
    expect(await flaw(cubinFor(121, { one: 128, two: 64 }), '121a', ['one', 'two'])).toBeUndefined();
  });

  it.each<[string, Buffer, string]>([
    ['another target', cubinFor(120, { one: 128 }), 'is code for sm_120'],
    ['a kernel that is not there', cubinFor(121, { two: 128 }), 'has no code of one'],
    ['a kernel without instructions', cubinFor(121, { one: 0 }), 'has no code of one'],
    ['a file of the host', elf({ '.text.one': Buffer.alloc(64) }), 'is no machine code'],
    ['no ELF file', Buffer.from('text'), 'is no machine code'],
    ['nothing', Buffer.alloc(0), 'is no machine code'],
  ])('is not taken: %s', async (_what, bytes, words) => {
    expect(await flaw(bytes, '121a', ['one'])).toBe(words);
  });

  it.runIf(hasNvcc).each(['90a', '100f', '120f', '121', '121a'])(
    `of nvcc is read, for sm_%s${hasNvcc ? '' : ' (skipped: nvcc is not there)'}`,
    async (sm) => {
      const dir = tempFolder();
      writeFileSync(join(dir, 'k.cu'), 'extern "C" __global__ void one(float* a) { *a = 1; }\n');
      spawnSync('nvcc', ['-cubin', `-arch=sm_${sm}`, '-o', 'k.cubin', 'k.cu'], { cwd: dir });
      const bytes = readFileSync(join(dir, 'k.cubin'));
      expect(await flaw(bytes, sm, ['one'])).toBeUndefined();
      expect(await flaw(bytes, '75', ['one'])).toBe(`is code for sm_${Number.parseInt(sm, 10)}`);
    },
  );
});
