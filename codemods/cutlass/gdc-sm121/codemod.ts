/**
 * Grid dependency control on SM121.
 *
 * Shapes:
 *  G1    – v3.8.0            SM90 alone
 *  G2    v3.9.0 – v4.1.0     SM100, SM101, SM120
 *  G3    v4.2.0 –            SM121 as well
 */
import { parts } from '../../_families/places.js';
import { gdcHeader } from '../../_shared/gdc-header.js';

const ID = 'cutlass/gdc-sm121';

export default parts({
  id: ID,
  project: 'cutlass',
  title: 'Grid dependency control on SM121',
  why: 'Kernels that are launched dependently (PDL) wait for nothing on sm_121: the instructions are compiled out, and they read what the kernel before them has not written yet.',
  effect: { kind: 'wrong', concerns: 'kernels that are launched dependently' },
  references: [
    { kind: 'commit', ref: 'a49a78ffe', date: '2025-08-22', note: 'SM121 in the header (first in v4.2.0)' },
  ],
  retire: 'when no pin is older than v4.2.0',
  upstreamStatus: 'Backport [a49a78ffe]',

  parts: [gdcHeader(/(?:^|\/)cutlass\/arch\/grid_dependency_control\.h$/, ID)],
  absent: 'this revision has no grid dependency control',
  reason: {
    wrong: 'grid dependency control is left out for sm_121',
    right: 'grid dependency control is compiled for sm_121a',
  },
});
