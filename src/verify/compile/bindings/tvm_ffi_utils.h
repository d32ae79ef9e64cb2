// What FlashInfer's binding is to a source that is only compiled: its names, and nothing that runs.
#pragma once
#include <cuda.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>
#include <cstdint>

struct Told {
  template <class T>
  Told& operator<<(T const&) {
    return *this;
  }
};

struct TensorView {
  int device() const;
  int64_t const* shape() const;
  void* data_ptr() const;
};

cudaStream_t get_stream(int device);

#define TVM_FFI_ICHECK(condition) Told()
#define TVM_FFI_DLL_EXPORT_TYPED_FUNC(name, function) auto* exported_##name = &function;
