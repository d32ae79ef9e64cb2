// Makes the tree's NVFP4 quantisation kernels callable from Python. STABLE_ABI is set for trees whose
// kernels take torch::stable::Tensor.
#include <cuda_runtime.h>
#include <torch/extension.h>

#ifdef STABLE_ABI
  #include <torch/csrc/inductor/aoti_torch/utils.h>
  #include <torch/csrc/stable/tensor.h>
using KernelTensor = torch::stable::Tensor;
static KernelTensor as_kernel_tensor(const torch::Tensor& tensor) {
  return KernelTensor(torch::aot_inductor::new_tensor_handle(torch::Tensor(tensor)));
}
#else
using KernelTensor = torch::Tensor;
static KernelTensor as_kernel_tensor(const torch::Tensor& tensor) { return tensor; }
#endif

// The tree defines these in files that need much else; the kernels ask only for device attributes.
int64_t get_device_attribute(int64_t attribute, int64_t device) {
  int value = 0, current = static_cast<int>(device);
  if (current < 0) cudaGetDevice(&current);
  cudaDeviceGetAttribute(&value, static_cast<cudaDeviceAttr>(attribute), current);
  return value;
}

void scaled_fp4_quant_sm1xxa(KernelTensor const& output, KernelTensor const& input,
                             KernelTensor const& output_sf, KernelTensor const& input_sf,
                             bool swizzled);
void silu_and_mul_nvfp4_quant_sm1xxa(KernelTensor& output, KernelTensor& output_sf,
                                     KernelTensor& input, KernelTensor& input_sf);
void scaled_fp4_experts_quant_sm1xxa(KernelTensor& output, KernelTensor& output_sf,
                                     KernelTensor const& input, KernelTensor const& input_sf,
                                     KernelTensor const& input_offsets,
                                     KernelTensor const& scale_offsets);
void silu_and_mul_scaled_fp4_experts_quant_sm1xxa(KernelTensor& output, KernelTensor& output_sf,
                                                  KernelTensor const& input,
                                                  KernelTensor const& input_sf,
                                                  KernelTensor const& input_offsets,
                                                  KernelTensor const& scale_offsets);

void reciprocal(torch::Tensor out, torch::Tensor in);
void silu_mul(torch::Tensor out, torch::Tensor in);
std::vector<int64_t> exhaustive();

using T = torch::Tensor;

static void plain(T output, T output_sf, T input, T input_sf, bool swizzled) {
  scaled_fp4_quant_sm1xxa(as_kernel_tensor(output), as_kernel_tensor(input),
                          as_kernel_tensor(output_sf), as_kernel_tensor(input_sf), swizzled);
}

static void silu(T output, T output_sf, T input, T input_sf) {
  auto o = as_kernel_tensor(output), s = as_kernel_tensor(output_sf);
  auto i = as_kernel_tensor(input), g = as_kernel_tensor(input_sf);
  silu_and_mul_nvfp4_quant_sm1xxa(o, s, i, g);
}

static void experts(T output, T output_sf, T input, T input_sf, T input_offsets, T scale_offsets,
                    bool fused) {
  auto o = as_kernel_tensor(output), s = as_kernel_tensor(output_sf);
  auto run = fused ? silu_and_mul_scaled_fp4_experts_quant_sm1xxa : scaled_fp4_experts_quant_sm1xxa;
  run(o, s, as_kernel_tensor(input), as_kernel_tensor(input_sf), as_kernel_tensor(input_offsets),
      as_kernel_tensor(scale_offsets));
}

PYBIND11_MODULE(TORCH_EXTENSION_NAME, module) {
  module.def("plain", &plain);
  module.def("silu", &silu);
  module.def("experts", &experts);
  module.def("reciprocal", &reciprocal);
  module.def("silu_mul", &silu_mul);
  module.def("exhaustive", &exhaustive);
}
