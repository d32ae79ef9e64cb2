import type { PinSet } from '../pins/pins.js';
import { type ArchSubject, checkArchList } from './arch-list.js';
import { checkCompiled } from './compiled.js';
import type { Finding, Surroundings } from './finding.js';
import { checkFp4Header } from './fp4-header.js';
import { checkContainerToolkit, checkGpu } from './gpu.js';
import { checkJitCache } from './jit-cache.js';
import { checkDisk, checkMemory, checkProcessor, checkRdma } from './machine.js';
import { checkNvccFlags } from './nvcc-flags.js';
import { checkPackages } from './packages.js';
import { checkSet, type SetSubject } from './pin-set.js';
import { checkInstructions } from './probes.js';
import { checkToolkit } from './toolkit.js';
import { checkTritonPtxas } from './triton-ptxas.js';

/** What of the pins file the checks compare with; the first two come with a set. */
export interface Subjects {
  readonly vllm?: ArchSubject;
  readonly set?: SetSubject;
  /** The sets of the pins file, to know which one is installed. */
  readonly sets?: readonly PinSet[];
}

/** Every check, in the order in which they are reported. */
export async function examine(surroundings: Surroundings, { vllm, set, sets }: Subjects): Promise<Finding[]> {
  return Promise.all([
    checkGpu(),
    checkProcessor(),
    checkMemory(surroundings),
    checkDisk(),
    checkContainerToolkit(),
    checkRdma(surroundings),
    checkToolkit(surroundings),
    checkFp4Header(surroundings),
    checkNvccFlags(surroundings),
    checkTritonPtxas(surroundings),
    checkArchList(surroundings.environment.TORCH_CUDA_ARCH_LIST, vllm),
    checkPackages(surroundings),
    checkCompiled(surroundings),
    checkSet(surroundings, set, sets),
    checkJitCache(surroundings),
    checkInstructions(surroundings),
  ]);
}
