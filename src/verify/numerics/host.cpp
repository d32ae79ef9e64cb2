// Compares a software E2M1 conversion with CUDA's own and with exact comparison, over every float.
//
// usage: host THREADS [exact]   With "exact", the comparison with CUDA's conversion is left out.
// subject.h holds the text of the patched tree and names its conversion of eight floats SUBJECT (or one of
// a single float SUBJECT_ONE, which compilers vectorise); order.h calls the tree's packed forms with distinct values and says what their asm would give.
#include <cuda_fp4.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "device.h"
#include "subject.h"

namespace {

enum Class { NaN, Zero, Tie, Finite, kClasses };
const char* const kNames[kClasses] = {"nan", "signOfZero", "tie", "finite"};
constexpr float kTies[7] = {0.25f, 0.75f, 1.25f, 1.75f, 2.5f, 3.5f, 5.0f};
constexpr int kBlock = 4096;

// The nearest code: floats and midpoints are compared as the exact numbers that they are. Between code
// n and n + 1 a tie goes to the even one, so upwards where n is odd.
uint32_t exact(uint32_t bits) {
  const float size = __uint_as_float(bits & 0x7fffffffu);
  uint32_t code = 0;
  for (int n = 0; n < 7; ++n) code += n % 2 ? size >= kTies[n] : size > kTies[n];
  return (bits & 0x7fffffffu) > 0x7f800000u ? 7 : code | (bits >> 31 << 3);
}

uint32_t nvidia(uint32_t bits) { return __nv_cvt_float_to_fp4(__uint_as_float(bits), __NV_E2M1, cudaRoundNearest) & 0xfu; }

Class classOf(uint32_t bits) {
  const float size = __uint_as_float(bits & 0x7fffffffu);
  if (size != size) return NaN;
  if (size == 0.0f) return Zero;
  for (float tie : kTies) if (size == tie) return Tie;
  return Finite;
}

uint32_t codeFor(float value) {
#ifdef SUBJECT_ONE
  return SUBJECT_ONE(value) & 0xf;
#else
  return SUBJECT(value, value, value, value, value, value, value, value) & 0xf;
#endif
}

struct Counts {
  uint64_t inputs = 0;
  std::array<uint64_t, kClasses> againstNvidia{}, againstExact{};
  std::array<uint32_t, kClasses> example{};
};

void run(uint64_t from, uint64_t to, bool withNvidia, Counts& counts) {
  uint32_t got[kBlock], reference[kBlock];
  for (uint64_t base = from; base < to; base += kBlock) {
    const uint32_t first = static_cast<uint32_t>(base);
#ifdef SUBJECT_ONE
    for (int at = 0; at < kBlock; ++at) got[at] = SUBJECT_ONE(__uint_as_float(first + at)) & 0xf;
#else
    for (int at = 0; at < kBlock; at += 8) {
      float v[8];
      for (int lane = 0; lane < 8; ++lane) v[lane] = __uint_as_float(first + at + lane);
      const uint32_t packed = SUBJECT(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
      for (int lane = 0; lane < 8; ++lane) got[at + lane] = (packed >> (4 * lane)) & 0xf;
    }
#endif
    const auto compare = [&](std::array<uint64_t, kClasses>& wrong) {
      uint32_t differences = 0;
      for (int at = 0; at < kBlock; ++at) differences += got[at] != reference[at];
      if (differences == 0) return;
      for (int at = 0; at < kBlock; ++at) {
        if (got[at] == reference[at]) continue;
        const Class kind = classOf(first + at);
        if (wrong[kind]++ == 0) counts.example[kind] = first + at;
      }
    };
    for (int at = 0; at < kBlock; ++at) reference[at] = exact(first + at);
    compare(counts.againstExact);
    if (withNvidia) {
      for (int at = 0; at < kBlock; ++at) reference[at] = nvidia(first + at);
      compare(counts.againstNvidia);
    }
    counts.inputs += kBlock;
  }
}

// Sixteen values, each with a code of its own, so that a value in another's place shows.
float distinct(int lane) {
  static const float sizes[8] = {0.f, .5f, 1.f, 1.5f, 2.f, 3.f, 4.f, 6.f};
  const int code = (lane * 5 + 1) % 16;
  return code & 8 ? -sizes[code & 7] : sizes[code & 7];
}

uint32_t codeOf(float value) { return exact(__float_as_uint(value)); }

struct Order {
  const char* form;
  uint64_t got, expected;
};

#include "order.h"

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  const bool withNvidia = argc < 3 || std::strcmp(argv[2], "exact") != 0;
  std::vector<Counts> parts(threads);
  std::vector<std::thread> running;
  const uint64_t all = 1ull << 32, step = all / threads / kBlock * kBlock;
  for (int i = 0; i < threads; ++i)
    running.emplace_back(run, i * step, i + 1 == threads ? all : (i + 1) * step, withNvidia, std::ref(parts[i]));
  for (auto& thread : running) thread.join();
  Counts total;
  for (const Counts& part : parts) {
    total.inputs += part.inputs;
    for (int kind = 0; kind < kClasses; ++kind) {
      if (total.againstExact[kind] + total.againstNvidia[kind] == 0) total.example[kind] = part.example[kind];
      total.againstNvidia[kind] += part.againstNvidia[kind];
      total.againstExact[kind] += part.againstExact[kind];
    }
  }
  std::printf("{\"inputs\": %llu, \"nvidia\": %s, \"classes\": [", (unsigned long long)total.inputs, withNvidia ? "true" : "false");
  for (int kind = 0; kind < kClasses; ++kind) {
    const uint32_t bits = total.example[kind];
    std::printf("%s{\"class\": \"%s\", \"againstNvidia\": %llu, \"againstExact\": %llu", kind ? ", " : "", kNames[kind],
                (unsigned long long)total.againstNvidia[kind], (unsigned long long)total.againstExact[kind]);
    if (total.againstNvidia[kind] + total.againstExact[kind] > 0)
      std::printf(", \"example\": {\"bits\": \"0x%08x\", \"got\": %u, \"expected\": %u}", bits, codeFor(__uint_as_float(bits)), exact(bits));
    std::printf("}");
  }
  std::printf("], \"order\": [");
  for (size_t i = 0; i < orders.size(); ++i) {
    const Order order = orders[i]();
    std::printf("%s{\"form\": \"%s\", \"got\": \"%016llx\", \"expected\": \"%016llx\"}", i ? ", " : "", order.form,
                (unsigned long long)order.got, (unsigned long long)order.expected);
  }
  std::printf("]}\n");
}
