// Functions that the kernels use and that CUDA has for newer devices only.
#pragma once
#include <cuda_runtime.h>

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 1000
static __device__ __forceinline__ float2 __fmul2_rn(float2 a, float2 b) {
  return make_float2(a.x * b.x, a.y * b.y);
}
#endif
