/**
 * Gates that admit 12.0 alone admit 12.1 as well.
 *
 * Shapes:
 *  none  – v0.2.5           no GEMM configuration for SM120
 *  D1    v0.2.6 – v0.6.4    `sm_version == 120` in the GEMM configurations: csrc/nv_internal alone until v0.2.8,
 *                           include/flashinfer/gemm from v0.2.9 on, both from v0.2.13 to v0.4.0; from v0.4.0
 *                           on also one `_match_sm_version(…, ["120"])`
 *  D2    v0.6.5 – v0.6.17   all opened by upstream
 *  D3    v0.6.18rc –        `fmha_v2_prefill_sm120` raises unless the capability is (12, 0)
 */
import { type Part, parts } from '../../_families/places.js';
import { configGates } from './cpp.js';
import { matchGates, prefillGates } from './python.js';

const ID = 'flashinfer/sm121-dispatch';

const PARTS: readonly Part[] = [
  {
    language: 'cuda',
    paths: /(?:^|\/)(?:cutlass_)?gemm_configs\w*\.h$/,
    content: /\bsm_version\b/,
    look: (document) => configGates(document, ID),
  },
  {
    language: 'python',
    paths: /(?:^|\/)gemm(?:\w*|\/(?:\w+\/)?\w+)\.py$/,
    content: /_match_sm_version/,
    look: (document) => matchGates(document, ID),
  },
  {
    language: 'python',
    paths: /(?:^|\/)prefill\w*\.py$/,
    content: /def fmha_v2_prefill_sm120\b/,
    look: (document) => prefillGates(document, ID),
  },
];

export default parts({
  id: ID,
  project: 'flashinfer',
  title: 'Gates that admit 12.0 alone admit 12.1 as well',
  why: 'On GB10 the GEMM configuration is read from the wrong field and the tactic is printed and chosen as for SM100; a cuDNN check is skipped; the SM120 FMHA prefill raises.',
  effect: { kind: 'wrong', concerns: 'GEMMs of the SM12x family' },
  references: [
    {
      kind: 'commit',
      ref: 'dd417a502',
      date: '2026-02-24',
      note: 'SM121 in the SM120 guards (#2631, first in v0.6.5)',
    },
    {
      kind: 'commit',
      ref: '5ce2accfa',
      date: '2026-08-21',
      note: 'fmha_v2_prefill_sm120 admits 12.1, validated on GB10; not merged',
    },
  ],
  retire: 'when no pin is older than v0.6.5, and upstream admits 12.1 to fmha_v2_prefill_sm120',
  upstreamStatus: 'Backport [dd417a502]',

  parts: PARTS,
  absent: 'this revision has no gate for SM120',
  reason: {
    wrong: 'gates for SM120 leave SM121 out',
    right: 'every gate for SM120 that is known admits SM121',
  },

  effectAt: (wrong) =>
    wrong.every(({ path }) => path.endsWith('.py')) && wrong.some(({ path }) => path.endsWith('prefill.py'))
      ? { kind: 'stops', concerns: 'callers of fmha_v2_prefill_sm120' }
      : undefined,
});
