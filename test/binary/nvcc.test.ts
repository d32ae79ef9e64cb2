import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withFile } from '../../src/binary/bytes.js';
import { readFatBinary } from '../../src/binary/fatbin.js';
import { kernelsOf } from '../../src/binary/kernels.js';
import { hasNvcc } from '../support/nvcc.js';
import { tempFolder } from '../support/temp.js';

const hasCuobjdump = spawnSync('cuobjdump', ['--version']).status === 0;
const without = !hasNvcc
  ? ' (skipped: nvcc is not there)'
  : hasCuobjdump
    ? ''
    : ' (compared with what was asked of nvcc: cuobjdump is not there)';

const SOURCE = '__global__ void twice(float* a) { a[threadIdx.x] *= 2; }\n';
/** In one file nvcc takes plain targets or families, not both. */
const PLAIN = '90a 100a 120 120a 121 121a';
const FAMILIES = '90a 120f 121f';
const HOW: readonly (readonly [string, string, readonly string[], string])[] = [
  [PLAIN, 'not compressed', ['--compress-mode=none'], 'no'],
  [PLAIN, 'for size', ['--compress-mode=size'], 'zstd'],
  [FAMILIES, 'for speed', ['--compress-mode=speed', '-Xfatbin', '-compress-all'], 'lz4'],
  [FAMILIES, 'as nvcc likes', [], ''],
];

function compile(flags: readonly string[], name = 'k.o'): string {
  const dir = tempFolder();
  writeFileSync(join(dir, 'k.cu'), SOURCE);
  const env = { ...process.env, NVCC_PREPEND_FLAGS: '', NVCC_APPEND_FLAGS: '' };
  const { stderr } = spawnSync('nvcc', [...flags, 'k.cu', '-o', name], { cwd: dir, env, encoding: 'utf8' });
  if (!existsSync(join(dir, name))) throw new Error(stderr);
  return join(dir, name);
}

/** Code for each target, and its PTX. */
const gencode = (...targets: string[]) =>
  targets.flatMap((sm) => ['-gencode', `arch=compute_${sm},code=[sm_${sm},compute_${sm}]`]);

/** What NVIDIA's own reader lists. It leaves the `f` of machine code out. */
function listed(file: string): { sass: string[]; ptx: string[] } {
  const { stdout } = spawnSync('cuobjdump', ['-lelf', '-lptx', file], { encoding: 'utf8' });
  const all = (kind: string) =>
    [...stdout.matchAll(new RegExp(`\\.sm_(\\w+)\\.${kind}$`, 'gm'))].map(([, sm]) => sm!);
  return { sass: all('cubin'), ptx: all('ptx') };
}

async function read(file: string) {
  const codes = (await withFile(file, readFatBinary))!.containers.flatMap((container) => container.codes);
  const of = (kind: string) => codes.filter((code) => code.kind === kind).map(({ arch }) => arch);
  return { codes, sass: of('sass'), ptx: of('ptx') };
}

describe.runIf(hasNvcc)(`objects that nvcc makes${without}`, () => {
  it.each(HOW)(
    '%s, %s',
    async (names, _, flags, compressed) => {
      const targets = names.split(' ');
      const file = compile(['-c', ...flags, ...gencode(...targets)]);
      const { codes, sass, ptx } = await read(file);
      expect([...sass].sort()).toEqual([...targets].sort());
      expect([...ptx].sort()).toEqual([...targets].sort());
      if (compressed) expect(new Set(codes.map((code) => code.compressed))).toEqual(new Set([compressed]));
      const machine = codes.filter(({ kind }) => kind === 'sass');
      const kernels = await withFile(file, (source) =>
        Promise.all(machine.map((code) => kernelsOf(source, code))),
      );
      expect(kernels.map((own) => own?.map(({ name }) => name))).toEqual(targets.map(() => ['_Z5twicePf']));
      if (hasCuobjdump)
        expect({ sass: sass.map((arch) => arch.replace('f', '')), ptx }).toEqual(listed(file));
    },
    120_000,
  );

  it('relocatable code, and the program that it is linked to', async () => {
    const loose = compile(['-c', '-rdc=true', ...gencode('120a')]);
    expect(await read(loose)).toMatchObject({ sass: ['120a'], ptx: ['120a'] });
    const linked = compile(['-shared', '-Xcompiler', '-fPIC', '-rdc=true', ...gencode('120a')], 'k.so');
    expect(await read(linked)).toMatchObject({ sass: ['120a'], ptx: [] });
    if (hasCuobjdump) expect(await read(linked)).toMatchObject(listed(linked));
  }, 120_000);
});
