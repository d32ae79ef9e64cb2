import { compileConverters, type Place } from './compile/converters-unit.js';
import { compileStandAlone } from './compile/flashinfer-units.js';
import { compileKernels } from './compile/kernel-units.js';
import { type Check, NotRun, type Rung } from './rung.js';
import { cudaProgram } from './toolchain.js';

/** FlashInfer's conversions, as its JIT compiles them. */
const CONVERSIONS: Place = {
  headers: /^csrc\/nv_internal\/.*\/quantization_utils\.cuh$/,
  namespace: 'tensorrt_llm::kernels',
  folders: ['csrc/nv_internal', 'csrc/nv_internal/include', 'include'],
  defines: ['-DENABLE_BF16', '-DENABLE_FP8', '-DENABLE_FP4', '-DFLASHINFER_ENABLE_FP4_E2M1'],
  // What its JIT compiles for, but where a plain 12.1 is asked for by name.
  plainIfEdited: true,
};

/**
 * The touched translation units assemble for every target, and hold the instructions that they must: the
 * conversions with nvcc alone, the kernels where torch's headers and CUTLASS are there.
 */
export const compile: Rung = async (subject, bench) => {
  const { project } = subject;
  if (project === 'cutlass') return new NotRun(`no translation unit of ${project} is known`);
  const nvcc = await cudaProgram('nvcc');
  const ptxas = await cudaProgram('ptxas');
  if (nvcc === undefined || ptxas === undefined) return new NotRun('nvcc was not found (CUDA_HOME, PATH)');
  const tools = { nvcc, ptxas };
  if (project === 'flashinfer') {
    return [
      ...(await compileConverters(subject, bench, tools, CONVERSIONS)),
      ...(await compileStandAlone(subject, bench, tools)),
    ];
  }
  const checks: Check[] = [...(await compileConverters(subject, bench, tools))];
  checks.push(...(await compileKernels(subject, bench, tools)));
  return checks;
};
