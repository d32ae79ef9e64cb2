import type { Codemod } from '../src/codemod/types.js';
import vllmCapabilityRouting from './vllm/capability-routing/codemod.js';
import vllmSoftwareE2m1 from './vllm/software-e2m1/codemod.js';

/** Every fix, in the order in which they are applied and reported. */
export const CODEMODS: readonly Codemod[] = [vllmSoftwareE2m1, vllmCapabilityRouting];
