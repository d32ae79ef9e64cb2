import type { SourceTree } from '../codemod/types.js';
import { Failure } from '../failure.js';
import type { ContextFile } from './context.js';
import type { PatchedTree } from './patched-tree.js';

const INSTRUCTION = 'cvt.rn.satfinite.e2m1x2.f32';
const FIX = 'vllm/software-e2m1';

/** `12.1a;12.0f` as nvcc's targets: `121a`, `120f`. */
export function nvccTargets(arch: string): string[] {
  return arch.split(/[;, ]/).map((one) => one.replace('.', ''));
}

/** A target of one architecture or one family has the conversion instruction, a plain one has not. */
const hasInstruction = (target: string): boolean => /[af]$/.test(target);

/** Declares what the header takes from torch: two names. */
function stub(type: 'Half' | 'BFloat16'): string {
  return `// Stands in for torch, of which the checked header needs the name alone.\n#pragma once\nnamespace c10 {\nstruct ${type};\n}\n`;
}

function conversionUnit(header: string, convert: string): string {
  return `// Reaches the FP4 conversion of the patched header, and nothing else of it.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

namespace at {
struct Half;
struct BFloat16;
}  // namespace at

#include "${header}"

extern "C" __global__ void conversion(const float* in, uint32_t* out) {
  float values[8];
  for (int i = 0; i < 8; ++i) values[i] = in[threadIdx.x * 8 + i];
  out[threadIdx.x] = vllm::${convert}(values);
}
`;
}

/**
 * The translation units of the stage \`kernels\`: the conversion for each of the set's targets, and for plain
 * sm_121 where the software conversion was applied. It must hold the instruction, or must not.
 */
export async function kernelUnits(
  tree: SourceTree,
  patched: PatchedTree,
  arch: string,
): Promise<ContextFile[]> {
  const path = (await tree.paths()).find((one) => /^csrc\/(?!rocm\/).*\/nvfp4_utils\.cuh$/.test(one));
  const text = path && (await tree.read(path))?.text;
  const convert = text && /\b(fp32_vec8?_to_e2m1)\s*\(\s*float\s*\(&/.exec(text)?.[1];
  if (!path || !convert) {
    throw new Failure('unavailable', 'this vLLM revision has no FP4 conversion header to check', {
      why: 'the stage kernels needs vLLM v0.10.2 or later',
      next: 'choose a set with a later vLLM, or build the stage runtime',
    });
  }
  const folder = path.replace(/\/[^/]*$/, '');
  const includes = [folder, 'csrc', 'csrc/libtorch_stable'].join(' ');
  const software = patched.receipt?.fixes.some(({ id }) => id === FIX) ?? false;
  const targets = new Set([...nvccTargets(arch), ...(software ? ['121'] : [])]);
  const rows = [...targets].map((target) =>
    ['conversion', target, INSTRUCTION, hasInstruction(target) ? 'yes' : 'no', includes].join('\t'),
  );
  return [
    { path: 'kernels/units.tsv', text: `${rows.join('\n')}\n` },
    { path: 'kernels/conversion.cu', text: conversionUnit('nvfp4_utils.cuh', convert) },
    { path: 'kernels/stub/torch/headeronly/util/BFloat16.h', text: stub('BFloat16') },
    { path: 'kernels/stub/torch/headeronly/util/Half.h', text: stub('Half') },
  ];
}
