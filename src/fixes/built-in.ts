/** The one door to the fixes that come with the tool. */
import { FUNCTION, GUARD } from '../../codemods/_shared/e2m1/software.js';

export { GAPS } from '../../codemods/gaps.js';
export { findRefused, REFUSALS } from '../../codemods/refusals.js';
export { CODEMODS } from '../../codemods/registry.js';

/** Names that the software conversion brings into a header: what proves it looks for them. */
export const SOFTWARE_CONVERSION = { function: FUNCTION, guard: GUARD } as const;
