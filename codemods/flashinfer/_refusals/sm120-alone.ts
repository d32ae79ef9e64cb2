import {
  assignmentsTo,
  type Document,
  field,
  functionsNamed,
  holds,
  PythonRun,
  pythonValue,
  type Refusal,
  same,
  searchParsed,
  type Trace,
} from '../../../src/api.js';
import { capabilityOf } from '../../_families/arch.js';

/** `is_sm120` of the heuristic, evaluated for 12.1. */
function heuristics({ root, file: { path, text } }: Document): Trace[] {
  return functionsNamed(root, '_heuristic_func_mm_fp4', text).flatMap((fn) => {
    const run = new PythonRun(text, capabilityOf(121));
    run.run(field(fn, 'body'));
    return holds(run.names.get('is_sm120')) ? [{ path, offset: fn.startIndex }] : [];
  });
}

/** The capabilities that the KDA prefill says it has kernels for. */
function prefills({ root, file: { path, text } }: Document): Trace[] {
  return assignmentsTo(root, '_SM120_KDA_SUPPORTED_COMPUTE_CAPABILITIES', text).flatMap((assignment) => {
    const archs = pythonValue(field(assignment, 'right')!, text, () => undefined);
    const admits = Array.isArray(archs) && archs.some((arch) => same(arch, [12, 1]));
    return admits ? [{ path, offset: assignment.startIndex }] : [];
  });
}

export const sm120Alone: Refusal = {
  id: 'flashinfer/sm120-alone',
  project: 'flashinfer',
  title: 'Gates that are for 12.0 alone on purpose',
  why: 'On GB10 b12x is slower than CUTLASS and cuDNN for most FP4 shapes, and the KDA prefill is native code for sm_120a, which GB10 cannot load.',
  instead: 'ask for b12x by name where you measured it; leave the KDA prefill to its other kernels',
  references: [
    { kind: 'issue', ref: '#3170', note: 'b12x on GB10, measured' },
    { kind: 'measurement', ref: 'v0.6.18rc7', note: 'the heuristic says so in a comment' },
  ],
  async detect(context) {
    const [gemm, kda] = await Promise.all([
      searchParsed(context, 'python', /^flashinfer\/gemm\/gemm_base\.py$/, /\bdef _heuristic_func_mm_fp4\b/),
      searchParsed(context, 'python', /^flashinfer\/kda_prefill\.py$/, /_SM120_KDA_SUPPORTED/),
    ]);
    return [...gemm.flatMap(heuristics), ...kda.flatMap(prefills)];
  },
};
