import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { source, unit } from '../support/built-source.js';
import { hasMirror, without } from '../support/mirrors.js';
import { compile, hasNvcc, withoutNvcc } from '../support/nvcc.js';

const TARGETS = ['121a', '120f'];
const WANTED = /^(?:include|csrc)\/.*\.(?:h|cuh|cu)$/;
const skipped = !hasNvcc || !hasMirror('flashinfer');

/** The kernels that meet at the counter, for floats; the third one's parameters changed with time. */
const topK = (unified: string): string => `#include <cub/cub.cuh>
#include <flashinfer/math.cuh>
#include <flashinfer/topk.cuh>
using namespace flashinfer::sampling;
auto* mask = &RadixTopKMaskLogitsKernel_MultiCTA<1024, 4, false, float, int>;
auto* renorm = &RadixTopKRenormProbKernel_MultiCTA<1024, 4, false, float, int>;
auto* top = &RadixTopKKernel_Unified<1024, 4, false, ${unified}, float, int>;
`;
const UNIFIED = [
  ['v0.6.0', 'RadixTopKMode::Basic'],
  ['v0.6.13', 'false, RadixTopKMode::Basic'],
] as const;

/** What a binding of TVM is to a source that only must compile. */
const TVM = `#pragma once
#include <cuda.h>
#include <cuda_bf16.h>
#include <cuda_runtime.h>
struct Told { template <class T> Told& operator<<(T const&) { return *this; } };
#define TVM_FFI_ICHECK(condition) Told()
#define TVM_FFI_DLL_EXPORT_TYPED_FUNC(name, function) auto* exported_##name = &function;
struct TensorView { int device() const; long const* shape() const; void* data_ptr() const; };
cudaStream_t get_stream(int);
`;

describe(`kernels of FlashInfer that a fix edits compile${without('flashinfer')}${withoutNvcc}`, () => {
  it.skipIf(skipped).each(UNIFIED)(
    'flashinfer/topk-arrival-counter at %s, before and after',
    async (revision, unified) => {
      for (const ids of [[], ['flashinfer/topk-arrival-counter']]) {
        const dir = await source('flashinfer', revision, WANTED, ids);
        expect(compile(unit(dir, topK(unified)), TARGETS, [`-I${dir}/include`])).toMatchObject({ code: 0 });
      }
    },
    900_000,
  );

  it.skipIf(skipped)('flashinfer/tinygemm-stages at v0.6.5, before and after', async () => {
    for (const ids of [[], ['flashinfer/tinygemm-stages']]) {
      const dir = await source('flashinfer', 'v0.6.5', WANTED, ids);
      writeFileSync(join(dir, 'csrc/tvm_ffi_utils.h'), TVM);
      expect(compile(join(dir, 'csrc/tinygemm2.cu'), TARGETS, [])).toMatchObject({ code: 0 });
    }
  });
});
