import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { source, unit } from '../support/built-source.js';
import { hasMirror, treeAt, without } from '../support/mirrors.js';
import { compile, hasNvcc, withoutNvcc } from '../support/nvcc.js';

const SUFFIXED = ['121a', '120f'];
const flashinfer = `${without('flashinfer')}${withoutNvcc}`;
const cutlass = `${without('cutlass')}${withoutNvcc}`;
const FLASHINFER = /^(?:csrc|include)\/.*\.(?:h|cuh|hpp)$/;
const HEADERS = /^include\//;

const CONVERT = `#include "tensorrt_llm/kernels/quantization_utils.cuh"
__global__ void convert(float2* in, uint64_t* out) {
  float2 eight[4], sixteen[8];
  for (int i = 0; i < 8; ++i) sixteen[i] = in[i];
  for (int i = 0; i < 4; ++i) eight[i] = in[i];
  out[0] = tensorrt_llm::kernels::fp32_vec_to_e2m1(sixteen);
  out[1] = tensorrt_llm::kernels::fp32_vec_to_e2m1(eight);
}
`;
const DECODE = `#include "flashinfer/vec_dtypes.cuh"
__global__ void decode(__nv_fp4x2_e2m1* in, half* out, nv_bfloat16* more) {
  flashinfer::vec_cast<half, __nv_fp4x2_e2m1>::cast<4>(out, in);
  flashinfer::vec_cast<nv_bfloat16, __nv_fp4x2_e2m1>::cast<4>(more, in);
}
`;

describe(`flashinfer/e2m1-leaf-guards compiles${flashinfer}`, () => {
  it.skipIf(!hasNvcc || !hasMirror('flashinfer')).each([
    ['v0.6.3', CONVERT],
    ['v0.6.17', CONVERT],
    ['v0.6.17', DECODE],
  ])('%s: for suffixed targets before and after, for plain sm_121 after', async (revision, text) => {
    const built = async (ids: readonly string[], targets: readonly string[]) => {
      const dir = await source('flashinfer', revision, FLASHINFER, ids);
      const folders = ['csrc/nv_internal', 'csrc/nv_internal/include', 'include'];
      const defines = ['BF16', 'FP8', 'FP4'].map((name) => `-DENABLE_${name}`);
      const flags = [
        ...folders.map((path) => `-I${join(dir, path)}`),
        ...defines,
        '-DFLASHINFER_ENABLE_FP4_E2M1',
      ];
      return compile(unit(dir, text), targets, flags);
    };
    expect(await built([], SUFFIXED)).toMatchObject({ code: 0 });
    expect((await built([], ['121'])).output).toContain('not supported on .target');
    expect(await built(['flashinfer/e2m1-leaf-guards'], [...SUFFIXED, '121'])).toMatchObject({ code: 0 });
  });
});

describe(`grid dependency control compiles${cutlass}`, () => {
  const use = (header: string): string => `#include "${header}"
__global__ void wait() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ == 1210
  static_assert(cutlass::arch::IsGdcGloballyEnabled, "left out");
#endif
  cutlass::arch::wait_on_dependent_grids();
}
`;
  const ENABLE = '-DCUTLASS_ENABLE_GDC_FOR_SM100=1';

  it.skipIf(!hasNvcc || !hasMirror('cutlass')).each(['v3.9.0', 'v4.1.0'])(
    'cutlass/gdc-sm121 at %s: left out on sm_121a before, there after',
    async (revision) => {
      const text = use('cutlass/arch/grid_dependency_control.h');
      const before = await source('cutlass', revision, HEADERS, []);
      expect(compile(unit(before, text), ['121a'], [`-I${before}/include`, ENABLE]).output).toContain(
        'left out',
      );
      const after = await source('cutlass', revision, HEADERS, ['cutlass/gdc-sm121']);
      expect(compile(unit(after, text), SUFFIXED, [`-I${after}/include`, ENABLE])).toMatchObject({ code: 0 });
    },
  );

  it.skipIf(!hasNvcc || !hasMirror('cutlass') || !hasMirror('flashinfer'))(
    `flashinfer/moe-gdc-flag at v0.6.3, with its CUTLASS${without('flashinfer')}`,
    async () => {
      const text = use('cutlass_extensions/arch/grid_dependency_control.h');
      const library = await source('cutlass', 'v4.2.1', HEADERS, []);
      const extensions = 'csrc/nv_internal/tensorrt_llm/cutlass_extensions/include';
      const built = async (ids: readonly string[]) => {
        const dir = await source('flashinfer', 'v0.6.3', FLASHINFER, ids);
        return compile(unit(dir, text), SUFFIXED, [
          `-I${library}/include`,
          `-I${join(dir, extensions)}`,
          ENABLE,
        ]);
      };
      expect((await built([])).output).toContain('left out');
      expect(await built(['flashinfer/moe-gdc-flag'])).toMatchObject({ code: 0 });
    },
  );
});

describe(`CUTLASS's example 79 compiles${cutlass}`, () => {
  const WANTED = /^(?:include|tools\/util\/include|examples\/(?:79|common))/;
  const EXAMPLE = 'examples/79_blackwell_geforce_gemm';
  const flagsIn = (dir: string): string[] =>
    ['include', 'tools/util/include', 'examples/common'].map((path) => `-I${join(dir, path)}`);
  const fixes = ['cutlass/grouped-sfb-layout', 'cutlass/mma-visit-order-121', 'cutlass/small-tile-m64'];

  it.skipIf(!hasNvcc || !hasMirror('cutlass'))(
    'with tiles of 64 rows: not before, and after',
    async () => {
      const tiled = async (ids: readonly string[]) => {
        const dir = await source('cutlass', 'v4.4.2', WANTED, ids);
        const tree = await treeAt('cutlass', 'v4.4.2');
        const { text } = (await tree.read(`${EXAMPLE}/79b_blackwell_geforce_nvfp4_nvfp4_gemm.cu`))!;
        tree.close();
        return compile(
          unit(dir, text.replace('Shape<_128,_128,_128>', 'Shape<_64,_128,_128>')),
          ['121a'],
          flagsIn(dir),
        );
      };
      expect((await tiled([])).output).toContain('TMA requires CTA_Tile and SLayout');
      expect(await tiled(fixes)).toMatchObject({ code: 0 });
    },
    900_000,
  );

  it.skipIf(!hasNvcc || !hasMirror('cutlass'))(
    'grouped, for suffixed targets, after',
    async () => {
      const dir = await source('cutlass', 'v4.4.2', WANTED, fixes);
      const file = join(dir, EXAMPLE, '79d_blackwell_geforce_nvfp4_grouped_gemm.cu');
      expect(compile(file, SUFFIXED, flagsIn(dir))).toMatchObject({ code: 0 });
    },
    900_000,
  );
});
