import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/codemod/verdict.js';
import { checkArchList } from '../../src/doctor/arch-list.js';
import { checkCompiled } from '../../src/doctor/compiled.js';
import type { Surroundings } from '../../src/doctor/finding.js';
import { checkFp4Header } from '../../src/doctor/fp4-header.js';
import { checkJitCache } from '../../src/doctor/jit-cache.js';
import { checkNvccFlags } from '../../src/doctor/nvcc-flags.js';
import { checkPackages } from '../../src/doctor/packages.js';
import { checkSet } from '../../src/doctor/pin-set.js';
import { checkInstructions } from '../../src/doctor/probes.js';
import { satisfies } from '../../src/doctor/requirement.js';
import { checkTritonPtxas } from '../../src/doctor/triton-ptxas.js';
import type { BuildGraph } from '../../src/evaluate/graph.js';
import { container, cubin, elf } from '../support/fatbin.js';
import { tempFolder } from '../support/temp.js';

/** A folder with these files; those that start with `#!` can be run. */
function folder(files: Record<string, string | Buffer>): string {
  const dir = tempFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text, { mode: String(text).startsWith('#!') ? 0o755 : 0o644 });
  }
  return dir;
}

const around = (more: Partial<Surroundings>): Surroundings => ({
  cudaHome: '/nowhere',
  environment: {},
  sitePackages: undefined,
  root: '/nowhere',
  ...more,
});

const OWN = {
  'include/cuda_fp4.h':
    'typedef unsigned char __nv_fp4x2_storage_t;\nstruct __nv_fp4_e2m1;\n__nv_fp4_storage_t __nv_cvt_float_to_fp4(float);\n#include "cuda_fp4.hpp"\n',
  'include/cuda_fp4.hpp':
    'struct __nv_fp4_e2m1 { char x; };\nstruct __nv_fp4x2_e2m1 { char x; };\nstruct __nv_fp4x4_e2m1 { short x; };\n',
  'include/cccl/cuda/std/types.h': '#include <cuda_fp4.h>\nstruct __nv_fp4_e2m1; // known elsewhere\n',
};

describe('cuda-fp4-header', () => {
  it('takes NVIDIA’s own header, and forward declarations of its types', async () => {
    expect(await checkFp4Header(around({ cudaHome: folder(OWN) }))).toMatchObject({ state: 'ok' });
  });

  it('finds a header that was put in its place', async () => {
    const cudaHome = folder({ 'include/cuda_fp4.h': '#define __CUDA_FP4_H__\nstruct fp4 { char x; };\n' });
    const found = await checkFp4Header(around({ cudaHome }));
    expect(found).toMatchObject({ state: 'wrong', next: expect.stringContaining('reinstall') });
    expect(found.evidence[0]).toContain('cuda_fp4.h lacks __nv_fp4_e2m1');
  });

  it('finds types that are defined a second time, and the include that brings them', async () => {
    const cudaHome = folder({
      ...OWN,
      'include/nv_fp4_dummy.h': '\nstruct __align__(1) __nv_fp4_e2m1 {\n  char x;\n};\n',
      'include/cccl/cuda/std/cstdint.h': '#pragma once\n#include "nv_fp4_dummy.h"\n',
    });
    const found = await checkFp4Header(around({ cudaHome }));
    expect(found.state).toBe('wrong');
    expect(found.evidence.map((row) => row.replace(`${cudaHome}/include/`, ''))).toEqual([
      'cccl/cuda/std/cstdint.h:2 #include "nv_fp4_dummy.h"',
      'nv_fp4_dummy.h:2 defines __nv_fp4_e2m1',
    ]);
  });

  it('says that there is no toolkit', async () => {
    expect(await checkFp4Header(around({ cudaHome: tempFolder() }))).toMatchObject({ state: 'unknown' });
  });
});

describe('nvcc-flags', () => {
  it.each([
    ['-arch=sm_121a', 'wrong'],
    ['-O3 --gpu-architecture sm_120f', 'wrong'],
    ['-arch=sm_90a', 'ok'],
    ['-gencode arch=compute_121a,code=sm_121a', 'ok'],
    ['-arch=compute_121a -code=sm_121a', 'ok'],
  ])('%s is %s', (flags, state) => {
    expect(checkNvccFlags(around({ environment: { NVCC_APPEND_FLAGS: flags } })).state).toBe(state);
  });

  it('names the variable, its value and the flags to use', () => {
    const environment = { NVCC_PREPEND_FLAGS: '-arch=sm_121a' };
    expect(checkNvccFlags(around({ environment }))).toMatchObject({
      evidence: ['NVCC_PREPEND_FLAGS=-arch=sm_121a'],
      next: expect.stringContaining('-gencode arch=compute_121a,code=sm_121a'),
    });
  });
});

describe('triton-ptxas', () => {
  const ptxas = (refuses: boolean): string =>
    `#!/bin/sh\n[ "$1" = --version ] && { echo 'release 12.8'; exit 0; }\n${refuses ? 'echo "ptxas fatal: sm_121a is not defined" >&2; exit 1' : 'exit 0'}\n`;

  it.each([
    [true, 'wrong'],
    [false, 'ok'],
  ] as const)('refuses sm_121a: %s is %s', async (refuses, state) => {
    const sitePackages = folder({ 'triton/backends/nvidia/bin/ptxas': ptxas(refuses) });
    expect((await checkTritonPtxas(around({ sitePackages }))).state).toBe(state);
  });

  it('looks at the assembler and the variable that a newer Triton takes for capability 10 and above', async () => {
    const bin = 'triton/backends/nvidia/bin';
    const sitePackages = folder({
      'triton/knobs.py': 'ptxas_blackwell = tool("ptxas-blackwell")\n',
      [`${bin}/ptxas`]: ptxas(false),
      [`${bin}/ptxas-blackwell`]: ptxas(true),
    });
    const good = join(folder({ ptxas: ptxas(false) }), 'ptxas');
    const look = (environment: Record<string, string>) =>
      checkTritonPtxas(around({ sitePackages, environment }));
    for (const environment of [
      {},
      { TRITON_PTXAS_PATH: good },
      { TRITON_PTXAS_BLACKWELL_PATH: '/nowhere/ptxas' },
    ]) {
      expect(await look(environment)).toMatchObject({
        state: 'wrong',
        next: expect.stringContaining('TRITON_PTXAS_BLACKWELL_PATH=/'),
      });
    }
    expect((await look({ TRITON_PTXAS_BLACKWELL_PATH: good })).state).toBe('ok');
  });

  it('looks at the one that the environment names first', async () => {
    const sitePackages = folder({ 'triton/backends/nvidia/bin/ptxas': ptxas(true) });
    const environment = { TRITON_PTXAS_PATH: join(folder({ ptxas: ptxas(false) }), 'ptxas') };
    expect((await checkTritonPtxas(around({ sitePackages, environment }))).state).toBe('ok');
  });
});

describe('torch-cuda-arch-list', () => {
  const graph = (cudaArchs: string[]): BuildGraph =>
    ({ cudaArchs, errors: [], groups: [], intersections: [], assignments: [], targets: [] }) as BuildGraph;
  const asked: string[] = [];
  const subject = (verdict: Verdict, torch?: string) => ({
    name: 'v1',
    cuda: '13.0',
    torch,
    judge: async () => ({ verdict, reason: 'the arch list becomes 12.0' }),
    evaluate: async (flags: string) => {
      asked.push(flags);
      return graph(flags.includes('compute_20') ? [] : ['12.0']);
    },
  });

  it('says what becomes of the list, and what to do', async () => {
    expect(await checkArchList('12.1a', subject('needed'))).toMatchObject({
      state: 'wrong',
      cause: 'vllm@v1, built for 12.1a: the arch list becomes 12.0',
      next: "dgx-patch apply --target vllm@v1 --cuda 13.0 --arch '12.1a'",
    });
    expect(await checkArchList('12.0f', subject('drifted'))).toMatchObject({ state: 'wrong' });
    expect(await checkArchList('12.0f', subject('upstreamed'))).toMatchObject({ state: 'ok' });
  });

  it.each(['12.1', '12.0', '12.0a', '9.0a', '12.0;12.1'])(
    'knows without a vLLM that %s is none for GB10',
    async (list) => {
      expect(await checkArchList(list, undefined)).toMatchObject({ state: 'wrong' });
      expect(await checkArchList(list, subject('upstreamed'))).toMatchObject({ state: 'wrong' });
    },
  );

  it.each(['12.1a', '12.0f', '9.0a;12.0f'])('cannot judge %s without a vLLM', async (list) => {
    expect((await checkArchList(list, undefined)).state).toBe('unknown');
  });

  it('does not call it right that no list is set: with torch up to 2.11 that builds nothing', async () => {
    expect(await checkArchList(undefined, undefined)).toMatchObject({
      state: 'wrong',
      next: expect.stringContaining('export TORCH_CUDA_ARCH_LIST=12.0f'),
    });
    for (const torch of [undefined, '2.10.0', '2.11.0']) {
      expect(await checkArchList('', subject('upstreamed', torch))).toMatchObject({
        state: 'wrong',
        cause: expect.stringContaining('builds no kernel for GB10'),
      });
    }
    expect(await checkArchList(undefined, subject('upstreamed', '2.13.0'))).toMatchObject({ state: 'ok' });
    expect(new Set(asked)).toEqual(
      new Set(['-gencode arch=compute_20,code=sm_121', '-gencode arch=compute_121,code=sm_121']),
    );
  });
});

const metadata = (name: string, version: string, ...asks: string[]) => ({
  [`${name}-${version}.dist-info/METADATA`]: [
    `Name: ${name}`,
    `Version: ${version}`,
    ...asks.map((ask) => `Requires-Dist: ${ask}`),
    '',
  ].join('\n'),
});

describe('package-versions', () => {
  it('compares what packages ask for with what is there', async () => {
    const sitePackages = folder({
      ...metadata('vllm', '1.2.0', 'flashinfer-python==0.9.1', 'torch==3.0.0', 'numpy==1.0'),
      ...metadata('flashinfer_python', '0.9.2'),
      ...metadata('flashinfer_jit_cache', '0.9.1+cu130'),
      ...metadata('torch', '3.0.0+cu130'),
    });
    const found = await checkPackages(around({ sitePackages }));
    expect([found.state, [...found.evidence].sort()]).toEqual([
      'wrong',
      [
        'flashinfer-jit-cache is 0.9.1+cu130, flashinfer-python is 0.9.2',
        'vllm 1.2.0 asks for flashinfer-python==0.9.1, installed is 0.9.2',
      ],
    ]);
  });

  it('reads ranges, and markers of the system', async () => {
    const sitePackages = folder({
      ...metadata(
        'torch',
        '2.10.0',
        "triton==3.6.0; platform_system == 'Linux'",
        "mkl>1; sys_platform == 'win32'",
      ),
      ...metadata('triton', '3.5.1'),
      ...metadata('flashinfer_python', '0.6.3', 'nvidia-cutlass-dsl>=4.3.4', 'torch'),
      ...metadata('nvidia_cutlass_dsl', '4.2.1'),
    });
    expect([...(await checkPackages(around({ sitePackages }))).evidence].sort()).toEqual([
      'flashinfer-python 0.6.3 asks for nvidia-cutlass-dsl>=4.3.4, installed is 4.2.1',
      'torch 2.10.0 asks for triton==3.6.0, installed is 3.5.1',
    ]);
  });

  it.each([
    ['4.3.4', '>=4.3.4,<5', true],
    ['4.3', '==4.3.0', true],
    ['4.3.1', '==4.3.*', true],
    ['4.4.0', '==4.3.*', false],
    ['4.9', '~=4.3', true],
    ['5.0', '~=4.3', false],
    ['4.3.9', '~=4.3.4', true],
    ['4.4', '~=4.3.4', false],
    ['4.3', '!=4.3', false],
    ['4.3', '>4.3', false],
    ['4.2', '<=4.3', true],
    ['4.4.0rc1', '==4.3', true],
    ['4.3', '===weird', true],
    ['4.3', '', true],
  ])('%s meets %s: %s', (version, clauses, expected) => {
    expect(satisfies(version, clauses)).toBe(expected);
  });

  it('takes packages that agree, and says so where there is none', async () => {
    const sitePackages = folder({
      ...metadata('vllm', '1.2.0', 'torch==3.0.0'),
      ...metadata('torch', '3.0.0'),
    });
    expect((await checkPackages(around({ sitePackages }))).state).toBe('ok');
    expect((await checkPackages(around({ sitePackages: tempFolder() }))).state).toBe('unknown');
  });
});

describe('pin-set', () => {
  const set = { name: 'sample', vllm: 'v1.2.0', flashinfer: 'v0.9.1', cuda: '13.0', arch: '12.1a' };

  it('reports members that disagree with vLLM', async () => {
    const disagreement = {
      member: 'cutlass',
      set: 'v4.0.0',
      vllm: 'v4.1.0',
      path: 'CMakeLists.txt',
    } as const;
    const found = await checkSet(around({}), { set, disagreements: [disagreement] });
    expect(found).toMatchObject({
      state: 'wrong',
      evidence: ["cutlass is v4.0.0, but vLLM's CMakeLists.txt names v4.1.0"],
    });
  });

  it('reports what is installed and not of the set', async () => {
    const sitePackages = folder({ ...metadata('vllm', '1.2.0'), ...metadata('flashinfer_python', '0.9.3') });
    const found = await checkSet(around({ sitePackages }), { set, disagreements: [] });
    expect(found).toMatchObject({
      state: 'wrong',
      evidence: ['flashinfer-python 0.9.3 is installed, the set has v0.9.1'],
    });
  });
});

describe('the set that is installed', () => {
  const set = { name: 'sample', vllm: 'v1.2.0', flashinfer: 'v0.9.1', cuda: '13.0', arch: '12.1a' };

  it('is known without being named', async () => {
    const whole = folder({ ...metadata('vllm', '1.2.0+cu130'), ...metadata('flashinfer_python', '0.9.1') });
    const mixed = folder({ ...metadata('vllm', '1.2.0'), ...metadata('flashinfer_python', '0.9.3') });
    const other = folder(metadata('vllm', '1.3.0'));
    const states = [whole, mixed, other].map(async (sitePackages) => {
      const { state, cause } = await checkSet(around({ sitePackages }), undefined, [set]);
      return [state, cause];
    });
    expect(await Promise.all(states)).toEqual([
      ['ok', 'what is installed is the set sample'],
      ['wrong', 'what is installed is not the set sample'],
      ['unknown', 'no set was given to compare with'],
    ]);
  });
});

describe('compiled-kernels', () => {
  const install = (flags: number, arch = 120) =>
    folder({
      ...metadata('vllm', '1.2.0'),
      'vllm/__init__.py': '',
      'vllm/_C.so': elf({
        '.nv_fatbin': container([
          { kind: 2, arch, flags, payload: cubin('_ZN7cutlass4gemm4arch5Sm12012float_e2m1_tE') },
        ]),
      }),
    });

  it('says what the wheel holds for GB10', async () => {
    const whole = await checkCompiled(around({ sitePackages: install(0x20_0011) }));
    expect(whole).toMatchObject({
      state: 'ok',
      evidence: ['vLLM 1.2.0: sm_120f code for 1 of 1 FP4 units, none for sm_121: GB10 runs it'],
    });
    const plain = await checkCompiled(around({ sitePackages: install(0x11) }));
    expect(plain).toMatchObject({
      state: 'wrong',
      evidence: expect.arrayContaining(['vLLM 1.2.0: built for plain 12.0: the NVFP4 GEMMs are stubs']),
    });
    const others = await checkCompiled(around({ sitePackages: install(0x11, 90) }));
    expect(others).toMatchObject({
      state: 'wrong',
      evidence: ['vLLM 1.2.0: no SM12x code at all: this wheel cannot run on GB10 (it holds sm_90)'],
    });
    expect(await checkCompiled(around({ sitePackages: tempFolder() }))).toMatchObject({ state: 'unknown' });
    expect(await checkCompiled(around({}))).toMatchObject({ state: 'unknown' });
  });
});

describe('jit-cache', () => {
  it('finds modules that are older than an edit of the receipt', async () => {
    const sitePackages = folder({ 'flashinfer/__init__.py': '', ...metadata('flashinfer_python', '0.9.1') });
    const dir = join(sitePackages, 'flashinfer');
    const cache = folder({
      '.cache/flashinfer/121a/cached_ops/one/one.so': '',
      '.cache/flashinfer/121a/cached_ops/one/build.ninja': `include ${dir}\n`,
    });
    const surroundings = around({ sitePackages, environment: { FLASHINFER_WORKSPACE_BASE: cache } });
    expect((await checkJitCache(surroundings)).state).toBe('ok');
    const receipt = {
      formatVersion: 1,
      id: 'x',
      tool: '0',
      target: { project: 'flashinfer', revision: 'v0.9.1', commit: '1'.repeat(40) },
      build: { cuda: '13.0', arch: '12.1a' },
      fixes: [],
      files: [{ path: 'flashinfer/jit/fused_moe.py', before: null, after: 'a'.repeat(64) }],
    };
    mkdirSync(join(dir, '.dgx-patch'));
    writeFileSync(join(dir, '.dgx-patch', 'receipt.json'), JSON.stringify(receipt));
    mkdirSync(join(dir, 'jit'));
    writeFileSync(join(dir, 'jit', 'fused_moe.py'), '');
    const found = await checkJitCache(surroundings);
    expect(found).toMatchObject({ state: 'wrong', next: expect.stringContaining('--clear-jit-cache') });
  });
});

describe('instructions', () => {
  const nvcc = (refused: string): string =>
    `#!/bin/sh\ncase "$*" in *${refused}*) echo "ptxas x.ptx, line 3; error   : not supported" >&2; exit 1;; esac\nexit 0\n`;

  it('says what assembles for what', async () => {
    const cudaHome = folder({ 'bin/nvcc': nvcc('code=sm_121\\ ') });
    const found = await checkInstructions(around({ cudaHome }));
    expect(found.state).toBe('ok');
    expect(found.evidence).toContain('cvt.e2m1x2 for 12.1: no (not supported)');
    expect(found.evidence).toContain('mma.block_scale for 12.0f: yes');
  });

  it('finds a toolkit that cannot build for 12.1a', async () => {
    const cudaHome = folder({ 'bin/nvcc': nvcc('sm_121') });
    expect(await checkInstructions(around({ cudaHome }))).toMatchObject({
      state: 'wrong',
      cause: expect.stringContaining('for 12.1a'),
    });
  });

  it('says that there is no nvcc', async () => {
    expect((await checkInstructions(around({}))).state).toBe('unknown');
  });
});
