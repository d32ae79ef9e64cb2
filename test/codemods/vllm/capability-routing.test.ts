import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import capabilityRouting from '../../../codemods/vllm/capability-routing/codemod.js';
import { fixFixture } from '../../support/judge-files.js';
import { tempFolder } from '../../support/temp.js';

const NVCC = ['nvcc', '/usr/local/cuda/bin/nvcc'].find((path) => spawnSync(path, ['--version']).status === 0);

const KERNEL = [
  '#include <utility>',
  '#include "common.hpp"',
  'struct Store {',
  '  __device__ void operator()(float* place) { *place = 42.0f; }',
  '};',
  '__global__ void run(float* place) {',
  '  GUARD<Store> guarded;',
  '  guarded(place);',
  '}',
].join('\n');

/** True where the target's PTX holds the guarded kernel's store. */
function compiles(dir: string, guard: string, arch: string): boolean {
  const out = join(dir, 'run.ptx');
  const args = [
    '--ptx',
    `-arch=compute_${arch}`,
    `-DGUARD=${guard}`,
    `-I${dir}`,
    '-o',
    out,
    join(dir, 'run.cu'),
  ];
  execFileSync(NVCC!, args);
  return /st\.\S*\s+\[/.test(readFileSync(out, 'utf8'));
}

describe(`the family guard${NVCC ? '' : ' (skipped: no nvcc)'}`, () => {
  it.skipIf(!NVCC)(
    'compiles its kernel for 12.0 and 12.1 and for nothing else, as the exact one does not',
    { timeout: 60_000 },
    async () => {
      const files = await fixFixture(capabilityRouting, 'no-family-guard');
      const dir = tempFolder();
      const put = (path: string, text: string): void => {
        mkdirSync(dirname(join(dir, path)), { recursive: true });
        writeFileSync(join(dir, path), text, 'latin1');
      };
      put('common.hpp', files.get('csrc/cutlass_extensions/common.hpp')!);
      put('cutlass/cutlass.h', '#define CUTLASS_DEVICE __forceinline__ __device__\n');
      put('run.cu', KERNEL);
      const targets = ['90a', '100a', '120a', '120f', '121a', '121f'];
      const having = (guard: string) => targets.filter((arch) => compiles(dir, guard, arch));
      expect(having('enable_sm120_family')).toEqual(['120a', '120f', '121a', '121f']);
      expect(having('enable_sm120_only')).toEqual(['120a', '120f']);
    },
  );
});
