import { compileConverters } from './compile/converters-unit.js';
import { compileKernels } from './compile/kernel-units.js';
import { type Check, NotRun, type Rung } from './rung.js';
import { cudaProgram } from './toolchain.js';

/**
 * The touched translation units assemble for every target, and hold the instructions that they must: the
 * conversions with nvcc alone, the kernels where torch's headers and CUTLASS are there.
 */
export const compile: Rung = async (subject, bench) => {
  if (subject.project !== 'vllm') return new NotRun(`no translation unit of ${subject.project} is known`);
  const nvcc = await cudaProgram('nvcc');
  const ptxas = await cudaProgram('ptxas');
  if (nvcc === undefined || ptxas === undefined) return new NotRun('nvcc was not found (CUDA_HOME, PATH)');
  const tools = { nvcc, ptxas };
  const checks: Check[] = [...(await compileConverters(subject, bench, tools))];
  checks.push(...(await compileKernels(subject, bench, tools)));
  return checks;
};
