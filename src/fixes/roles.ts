import type { Role } from '../codemod/types.js';
import { CODEMODS } from './built-in.js';

/** The id of the vLLM fix that plays a role. */
export function idOf(role: Role): string {
  return CODEMODS.find((codemod) => codemod.project === 'vllm' && codemod.role === role)!.id;
}
