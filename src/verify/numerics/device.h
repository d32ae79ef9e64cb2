// What the device functions that a software conversion uses mean on the host (CUDA Math API, PTX ISA).
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

// CUDA's own headers are included before this one, and give these names other meanings on a host.
#undef __device__
#undef __host__
#undef __forceinline__
#define __device__
#define __host__
#define __forceinline__ inline

static inline uint32_t __float_as_uint(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline float __uint_as_float(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

static inline int32_t __float_as_int(float value) { return static_cast<int32_t>(__float_as_uint(value)); }
static inline float __int_as_float(int32_t bits) { return __uint_as_float(static_cast<uint32_t>(bits)); }

// Arithmetic gives the one NaN 0x7fffffff, whatever the operands' signs were.
static inline float canonical(float value) { return value != value ? __uint_as_float(0x7fffffffu) : value; }
static inline float __fmul_rn(float a, float b) { return canonical(a * b); }
static inline float __fadd_rn(float a, float b) { return canonical(a + b); }
static inline float __fmaf_rn(float a, float b, float c) { return canonical(__builtin_fmaf(a, b, c)); }

static inline float __saturatef(float value) {
  const float least = value < 1.0f ? value : 1.0f;
  return value > 0.0f ? least : 0.0f;  // also NaN
}

// The minimum or maximum of a number and NaN is the number.
static inline float device_min(float a, float b) {
  const float least = a < b ? a : b;
  return b != b ? a : least;
}
static inline float device_max(float a, float b) {
  const float largest = a > b ? a : b;
  return b != b ? a : largest;
}
#define fminf device_min
#define fmaxf device_max
#define fabsf __builtin_fabsf

// Byte n of the result is byte (selector >> 4n) & 7 of {a, b}, a's bytes first.
static inline uint32_t __byte_perm(uint32_t a, uint32_t b, uint32_t selector) {
  const uint64_t bytes = (static_cast<uint64_t>(b) << 32) | a;
  uint32_t result = 0;
  for (int n = 0; n < 4; ++n) {
    const uint32_t which = (selector >> (4 * n)) & 7;
    result |= static_cast<uint32_t>((bytes >> (8 * which)) & 0xff) << (8 * n);
  }
  return result;
}

static inline uint32_t __funnelshift_l(uint32_t lo, uint32_t hi, uint32_t shift) {
  shift &= 31;
  return shift == 0 ? hi : (hi << shift) | (lo >> (32 - shift));
}
