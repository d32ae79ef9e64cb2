/**
 * Grid dependency control in the SM12x MoE kernels.
 *
 * Shapes:
 *  none  – v0.3.1           no generator of SM12x MoE modules
 *  F1    v0.4.0 – v0.6.7    the generator's flags lack the definition; the header knows SM90 alone
 *  F2    v0.6.8 –           both there
 */
import { search } from '../../../src/api.js';
import { parts } from '../../_families/places.js';
import { gdcHeader } from '../../_shared/gdc-header.js';
import { gdcFlags } from '../_shared/gdc-flag.js';

const ID = 'flashinfer/moe-gdc-flag';

const FLAGS = gdcFlags(/gen_cutlass_fused_moe_sm12\d\w*/, ID);

export default parts({
  id: ID,
  project: 'flashinfer',
  title: 'Grid dependency control in the SM12x MoE kernels',
  why: 'The MoE kernels are launched dependently (PDL) but built without griddepcontrol, so they read what the kernel before them has not written yet: random illegal instructions and NaN on GB10.',
  effect: { kind: 'wrong', concerns: 'NVFP4 and MXFP4 MoE models' },
  references: [
    {
      kind: 'commit',
      ref: 'b12d3449d',
      date: '2026-04-01',
      note: 'the flag and the header, upstream (#2913, first in v0.6.8)',
    },
    {
      kind: 'pull-request',
      ref: '#2913',
      date: '2026-04-01',
      note: 'cudaErrorIllegalInstruction on DGX Spark',
    },
  ],
  retire: 'when no pin is older than v0.6.8',
  upstreamStatus: 'Backport [b12d3449d]',

  parts: [FLAGS, gdcHeader(/(?:^|\/)nv_internal\/.*\/grid_dependency_control\.h$/, ID)],
  // The header of a revision without such modules is nobody's.
  async before(context) {
    const generators = await search(context, FLAGS.paths, FLAGS.content);
    return generators.length === 0
      ? { absent: 'this revision generates no MoE module for SM12x' }
      : undefined;
  },
  reason: {
    wrong: 'the SM12x MoE kernels are launched dependently, but built without grid dependency control',
    right: 'the SM12x MoE kernels are built with grid dependency control',
  },
});
