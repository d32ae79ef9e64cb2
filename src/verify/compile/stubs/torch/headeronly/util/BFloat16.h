// As much of torch's type as a header needs that only names it.
#pragma once
namespace c10 {
struct BFloat16 {
  unsigned short bits;
};
}  // namespace c10
