import type { Edit, Site } from '../../../src/api.js';

export const ID = 'vllm/capability-routing';

/** A gate on the device's capability, with the edits that widen it to the SM120 family. */
export interface RoutingSite extends Site {
  readonly kind:
    | 'dispatch'
    | 'guard'
    | 'guard-definition'
    | 'marlin-check'
    | 'marlin-generator'
    | 'marlin-python';
  readonly edits: readonly Edit[];
}
