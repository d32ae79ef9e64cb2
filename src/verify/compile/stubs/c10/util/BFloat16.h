// Where BFloat16 stood until torch/headeronly: vLLM v0.17 to v0.19 include it from here.
#pragma once
#include <torch/headeronly/util/BFloat16.h>
