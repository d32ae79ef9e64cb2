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

/** A function of the header that packs floats into codes, two a conversion. */
interface Converter {
  readonly name: string;
  readonly type: string;
  readonly count: number;
}

function converters(text: string): Converter[] {
  const declared = text.matchAll(
    /\b(fp32_vec\d*_to_e2m1)\s*\(\s*(float2?)\s*\(\s*&\s*\w+\s*\)\s*\[\s*(\d+)\s*\]\s*\)\s*\{/g,
  );
  return [...declared].map(([, name, type, count]) => ({ name: name!, type: type!, count: Number(count) }));
}

const conversionsOf = ({ type, count }: Converter): number => (type === 'float2' ? count : count / 2);

/** One kernel a converter, so that each is compiled, and nothing else of the header. */
function conversionUnit(header: string, all: readonly Converter[]): string {
  const kernels = all.map(({ name, type, count }, index) =>
    [
      `extern "C" __global__ void conversion_${index}(const ${type}* in, void* out) {`,
      `  ${type} values[${count}];`,
      `  for (int i = 0; i < ${count}; ++i) values[i] = in[threadIdx.x * ${count} + i];`,
      `  const auto packed = vllm::${name}(values);`,
      '  memcpy(static_cast<char*>(out) + threadIdx.x * sizeof(packed), &packed, sizeof(packed));',
      '}',
    ].join('\n'),
  );
  return [
    '// Reaches the FP4 conversions of the patched header, and nothing else of it.',
    '#include <cuda_bf16.h>',
    '#include <cuda_fp16.h>',
    '',
    '#include <cstdint>',
    '#include <cstring>',
    '',
    'namespace at {',
    'struct Half;',
    'struct BFloat16;',
    '}  // namespace at',
    '',
    `#include "${header}"`,
    '',
    kernels.join('\n\n'),
    '',
  ].join('\n');
}

/**
 * The translation unit of the stage `kernels`, for each of the set's targets, and for plain sm_121 where the
 * software conversion was applied: how often the conversion instruction must be there, or that it must not.
 */
export async function kernelUnits(
  tree: SourceTree,
  patched: PatchedTree,
  arch: string,
): Promise<ContextFile[]> {
  const path = (await tree.paths()).find((one) => /^csrc\/(?!rocm\/).*\/nvfp4_utils\.cuh$/.test(one));
  const text = path && (await tree.read(path))?.text;
  const found = converters(text ?? '');
  if (!path || found.length === 0) {
    throw new Failure('unavailable', 'this vLLM revision has no FP4 conversion header to check', {
      why: 'the stage kernels needs vLLM v0.10.2 or later',
      next: 'choose a set with a later vLLM, or build the stage runtime',
    });
  }
  const folder = path.replace(/\/[^/]*$/, '');
  const includes = [folder, 'csrc', 'csrc/libtorch_stable'].join(' ');
  const software = patched.receipt?.fixes.some(({ id }) => id === FIX) ?? false;
  const targets = new Set([...nvccTargets(arch), ...(software ? ['121'] : [])]);
  const count = found.reduce((total, converter) => total + conversionsOf(converter), 0);
  const rows = [...targets].map((target) =>
    ['conversion', target, INSTRUCTION, hasInstruction(target) ? count : 0, includes].join('\t'),
  );
  return [
    { path: 'kernels/units.tsv', text: `${rows.join('\n')}\n` },
    { path: 'kernels/conversion.cu', text: conversionUnit('nvfp4_utils.cuh', found) },
    { path: 'kernels/stub/torch/headeronly/util/BFloat16.h', text: stub('BFloat16') },
    { path: 'kernels/stub/torch/headeronly/util/Half.h', text: stub('Half') },
  ];
}
