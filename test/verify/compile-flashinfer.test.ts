import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { templateArguments } from '../../src/verify/compile/flashinfer-units.js';
import { mapTree } from '../support/map-tree.js';
import { climbOne, failedOf, subjectOf } from '../support/subject.js';

const hasNvcc = existsSync(join(process.env.CUDA_HOME ?? '/usr/local/cuda', 'bin/nvcc'));

const TOP_K = 'include/flashinfer/topk.cuh';
const TINY = 'csrc/tinygemm2.cu';

/** A kernel that writes what it is given; `extra` are more template parameters. */
const kernel = (
  name: string,
  extra = '',
  body = 'out[threadIdx.x] = static_cast<IdType>(in[0]);',
): string => `
template <uint32_t BLOCK_THREADS, uint32_t VEC_SIZE, bool SINGLE_CTA,${extra} typename DType, typename IdType>
__global__ void __launch_bounds__(BLOCK_THREADS) ${name}(DType* in, IdType* out) { ${body} }
`;

const header = (unified: string): string =>
  [
    '#pragma once',
    '#include <cuda_runtime.h>',
    'namespace flashinfer::sampling {',
    'enum class RadixTopKMode { Basic };',
    kernel('RadixTopKMaskLogitsKernel_MultiCTA'),
    kernel('RadixTopKRenormProbKernel_MultiCTA'),
    unified,
    '}',
    '',
  ].join('\n');
const whole = header(kernel('RadixTopKKernel_Unified', ' bool DETERMINISTIC, RadixTopKMode MODE,'));

const tiny = (body: string): string => `#include "tvm_ffi_utils.h"
__global__ void tinygemm_kernel(float* d, uint32_t const* a) { ${body} }
void tinygemm2_op(TensorView input) {
  TVM_FFI_ICHECK(input.shape()[0] == 8) << "eight rows, not " << input.shape()[0];
  tinygemm_kernel<<<1, 32, 0, get_stream(input.device())>>>(static_cast<float*>(input.data_ptr()), nullptr);
}
TVM_FFI_DLL_EXPORT_TYPED_FUNC(tinygemm2_op, tinygemm2_op);
`;
const MMA = `asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(a[4]), "r"(a[5]));`;

/** The compile rung of a FlashInfer that has these files; its header of mathematics is there, and empty. */
const compiled = (files: Record<string, string>) =>
  climbOne(
    subjectOf(mapTree({ 'include/flashinfer/math.cuh': '', ...files }), { project: 'flashinfer' }),
    'compile',
    { archs: ['12.1a'] },
  );

it('gives the parameters of a kernel by their names, or says nothing', () => {
  expect(templateArguments(whole, 'RadixTopKKernel_Unified')).toBe(
    '1024, 4, false, false, RadixTopKMode::Basic, float, int',
  );
  expect(
    templateArguments(header(kernel('RadixTopKKernel_Unified', ' int WARPS,')), 'RadixTopKKernel_Unified'),
  ).toBe(undefined);
  const more = ' typename Policy = Direct<int, 4>, typename... Args';
  const policy = `template <bool SINGLE_CTA, typename DType,${more}>\n__global__ void Kernel(DType* in) {}`;
  expect(templateArguments(policy, 'Kernel')).toBe('false, float');
  expect(templateArguments(whole, 'AnotherKernel')).toBe(undefined);
});

describe.skipIf(!hasNvcc)(
  'compile, for FlashInfer, with nvcc alone (skipped without it)',
  () => {
    it('says what it compiled, and what is in it', async () => {
      const result = await compiled({ [TOP_K]: whole, [TINY]: tiny(MMA) });
      expect(failedOf(result)).toEqual({});
      const passed = result.checks.filter(({ state }) => state === 'passed');
      expect(passed.map(({ what, detail }) => [what, detail])).toEqual([
        [`${TOP_K} for sm_121a`, expect.stringMatching(/^3 kernels, \d+ stores$/)],
        [`${TINY} for sm_121a`, '1 kernel, 1 MMA'],
      ]);
    });

    it('fails kernels that store nothing, hold no MMA, or do not compile', async () => {
      const result = await compiled({
        [TOP_K]: header(kernel('RadixTopKKernel_Unified', ' RadixTopKMode MODE,', 'asm volatile("trap;");')),
        [TINY]: tiny('d[0] = a[0];'),
      });
      const failed = failedOf(result);
      expect(failed[`${TOP_K} for sm_121a`]).toMatch(/Unified\w* holds no stores: its body is only a trap/);
      expect(failed[`${TINY} for sm_121a`]).toMatch(/tinygemm_kernel\w* holds no MMA$/);
      const broken = failedOf(await compiled({ [TINY]: tiny('d[0] = nobody;') }));
      expect(broken[`${TINY} for sm_121a`]).toMatch(/"nobody" is undefined.*to repeat it: \S*nvcc -ptx/);
    });

    it('does not run where it knows no unit, and says why', async () => {
      expect(await compiled({})).toMatchObject({ state: 'not run' });
      const other = await compiled({ [TOP_K]: header(kernel('RadixTopKKernel_Unified', ' int WARPS,')) });
      expect(other.state).toBe('not run');
      expect(other.checks.map(({ detail }) => detail)).toContain(
        'its kernels are templates of a shape that is not known',
      );
    });
  },
  120_000,
);
