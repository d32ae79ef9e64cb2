/**
 * Grid dependency control in the SM12x GEMM kernels.
 *
 * Shapes:
 *  none  – v0.2.8           no generator of SM12x GEMM modules
 *  F1    v0.2.9 – v0.3.1    the generators are in flashinfer/gemm.py
 *  F2    v0.4.0 – v0.6.6    in flashinfer/jit/gemm/core.py
 *  F3    v0.6.7 –           the definition is there; later modules have it in files of their own
 */
import { parts } from '../../_families/places.js';
import { gdcFlags } from '../_shared/gdc-flag.js';

const ID = 'flashinfer/gemm-gdc-flag';

export default parts({
  id: ID,
  project: 'flashinfer',
  title: 'Grid dependency control in the SM12x GEMM kernels',
  why: 'The GEMM kernels are launched dependently (PDL) but built without griddepcontrol, so they read what the kernel before them has not written yet: NaN and illegal instructions on GB10.',
  effect: { kind: 'wrong', concerns: 'dense FP4 and FP8 models' },
  references: [
    {
      kind: 'commit',
      ref: '8e1642a4c',
      date: '2026-03-20',
      note: 'the flag, upstream (#2780, first in v0.6.7)',
    },
    { kind: 'commit', ref: '4c4013be0', note: 'a first try; taken back by f07faf964' },
  ],
  retire: 'when no pin is older than v0.6.7',
  upstreamStatus: 'Backport [8e1642a4c]',

  parts: [gdcFlags(/gen_gemm_sm12\d_module\w*/, ID)],
  absent: 'this revision generates no GEMM module for SM12x',
  reason: {
    wrong: 'the SM12x GEMM kernels are launched dependently, but built without grid dependency control',
    right: 'the SM12x GEMM kernels are built with grid dependency control',
  },
});
