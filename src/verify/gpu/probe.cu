// The tree's own converters over all 2^32 float patterns, against CUDA's conversion on the same device;
// and the device's approximate functions, for the reference in reference.py.
#include <cuda_fp4.h>
#include <torch/all.h>
#include <ATen/cuda/CUDAContext.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include PROBE_HEADER

namespace {

// A marked value in every position, so that a value in the wrong nibble shows.
__device__ uint32_t pattern_at(uint32_t base, int lane) { return base + lane * 0x9E3779B1u; }

__device__ uint32_t expected_code(uint32_t bits) {
  return __nv_cvt_float_to_fp4(__uint_as_float(bits), __NV_E2M1, cudaRoundNearest) & 0xf;
}

// [0] eight floats, [1] four pairs, [2] sixteen values (where the header has that form).
__global__ void compare(unsigned long long* wrong) {
  const uint64_t stride = uint64_t(gridDim.x) * blockDim.x;
  unsigned long long found[3] = {0, 0, 0};
  for (uint64_t i = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x; i < (1ull << 32); i += stride) {
    const uint32_t base = uint32_t(i);
    uint32_t expected[2] = {0, 0};
    float values[8];
    float2 pairs[4];
#pragma unroll
    for (int lane = 0; lane < 8; ++lane) {
      const float value = __uint_as_float(pattern_at(base, lane));
      values[lane] = value;
      if (lane & 1) pairs[lane / 2].y = value; else pairs[lane / 2].x = value;
      expected[0] |= expected_code(pattern_at(base, lane)) << (4 * lane);
    }
    found[0] += vllm::PROBE_VEC8(values) != expected[0];
    found[1] += vllm::PROBE_VEC8(pairs) != expected[0];
#ifdef PROBE_VEC16
    float2 wide[8];
#pragma unroll
    for (int lane = 0; lane < 16; ++lane) {
      const uint32_t bits = pattern_at(base, lane);
      if (lane & 1) wide[lane / 2].y = __uint_as_float(bits); else wide[lane / 2].x = __uint_as_float(bits);
      if (lane >= 8) expected[1] |= expected_code(bits) << (4 * (lane - 8));
    }
    const auto packed = vllm::PROBE_VEC16(wide);
    found[2] += packed.lo != expected[0] || packed.hi != expected[1];
#endif
  }
  for (int form = 0; form < 3; ++form) if (found[form]) atomicAdd(&wrong[form], found[form]);
}

__global__ void reciprocals(float* out, const float* in, int64_t count) {
  for (int64_t i = blockIdx.x * int64_t(blockDim.x) + threadIdx.x; i < count; i += int64_t(gridDim.x) * blockDim.x)
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(out[i]) : "f"(in[i]));
}

template <class Type>
__global__ void gated(Type* out, const Type* in, int64_t rows, int64_t columns) {
  const int64_t count = rows * columns;
  for (int64_t i = blockIdx.x * int64_t(blockDim.x) + threadIdx.x; i < count; i += int64_t(gridDim.x) * blockDim.x) {
    const int64_t at = i / columns * 2 * columns + i % columns;
    const float gate = float(in[at]), up = float(in[at + columns]);
    out[i] = Type(__fdividef(gate, 1.f + __expf(-gate)) * up);
  }
}

}  // namespace

std::vector<int64_t> exhaustive() {
  auto wrong = torch::zeros({3}, torch::dtype(torch::kInt64).device(torch::kCUDA));
  compare<<<4096, 256, 0, at::cuda::getCurrentCUDAStream()>>>(
      reinterpret_cast<unsigned long long*>(wrong.data_ptr<int64_t>()));
  auto host = wrong.cpu();
  return {host[0].item<int64_t>(), host[1].item<int64_t>(), host[2].item<int64_t>()};
}

void reciprocal(torch::Tensor out, torch::Tensor in) {
  reciprocals<<<1024, 256, 0, at::cuda::getCurrentCUDAStream()>>>(out.data_ptr<float>(), in.data_ptr<float>(), in.numel());
}

void silu_mul(torch::Tensor out, torch::Tensor in) {
  auto stream = at::cuda::getCurrentCUDAStream();
  if (in.scalar_type() == torch::kHalf)
    gated<<<4096, 256, 0, stream>>>(static_cast<half*>(out.data_ptr()), static_cast<const half*>(in.data_ptr()),
                                    out.size(0), out.size(1));
  else
    gated<<<4096, 256, 0, stream>>>(static_cast<__nv_bfloat16*>(out.data_ptr()),
                                    static_cast<const __nv_bfloat16*>(in.data_ptr()), out.size(0), out.size(1));
}
