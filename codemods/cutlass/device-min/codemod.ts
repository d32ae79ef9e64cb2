/**
 * Device code of SM120's blockwise scaling calls CUTLASS's own `min`.
 *
 * Shapes:
 *  -   – v3.9              no blockwise scaling for SM120
 *  M1  v4.0.0 – v4.4.x     `std::min` twice in each of the two collectives
 *  M2  v4.5.0 –            `cute::min`
 */
import { calledName, descendants, field, markBehind, replace, textOf } from '../../../src/api.js';
import { places } from '../../_families/places.js';

const ID = 'cutlass/device-min';

export default places({
  id: ID,
  project: 'cutlass',
  title: "Blockwise scaling for SM120 calls CUTLASS's own min",
  why: 'std::min is a host function: a build without --expt-relaxed-constexpr stops in the blockwise collectives of SM120 ("calling a constexpr __host__ function from a __device__ function"). vLLM passes the flag; builds of one\'s own need not.',
  effect: { kind: 'stops', concerns: "builds of one's own without --expt-relaxed-constexpr" },
  references: [
    { kind: 'commit', ref: '9135a9bb6', note: 'cute::min (first in v4.5.0)' },
    { kind: 'issue', ref: '#3055', date: '2026-04-24', note: 'the same, reported' },
  ],
  retire: 'when no pin is older than v4.5.0',
  upstreamStatus: 'Backport [9135a9bb6]',

  language: 'cuda',
  paths: /(?:^|\/)sm120_mma\w*_blockwise_scaling\w*\.hpp$/,
  content: /\bstruct\s+CollectiveMma\s*<\s*MainloopSm120\w*BlockwiseScaling\b/,
  find: ({ root, file: { text } }) =>
    descendants(root, 'call_expression')
      .filter((node) => calledName(node, text) === 'min')
      .map((node) => ({ node })),
  judge({ node }, { file: { text } }) {
    const callee = textOf(field(node, 'function')!, text).replace(/\s+/g, '');
    if (/^(?:cute|cutlass)::min$/.test(callee)) return ['right', `${callee} is for the device`];
    return callee === 'std::min'
      ? ['wrong', 'std::min is for the host']
      : ['unknown', `${callee} is not known`];
  },
  edit: ({ node }, { file }) => [
    replace(file, field(node, 'function')!, 'cute::min'),
    markBehind(file, node.endIndex, ID),
  ],
  absent: 'no sm120_mma*_blockwise_scaling*.hpp takes a minimum',
  reason: {
    wrong: 'device code of SM120 calls std::min, a host function',
    right: 'device code of SM120 takes minima by functions of the device',
  },
});
