/**
 * The grouped scale-factor layout of B is built from B.
 *
 * Shapes:
 *  none  – v3.8.0    no block-scaled grouped GEMM for SM120
 *  S1    v3.9.0 –    `layout_SFB = …::tile_atom_to_shape_SFA(…)` in the SM120 array collective
 *
 * The collectives of SM100 and SM103 have the same line; GB10 does not run them, and they stay as they are.
 */
import {
  comment,
  type Document,
  descendants,
  field,
  insert,
  isSafe,
  lineEnd,
  replace,
  textOf,
} from '../../../src/api.js';
import { type Judged, parts } from '../../_families/places.js';

const ID = 'cutlass/grouped-sfb-layout';
const OF_A = 'tile_atom_to_shape_SFA';
const OF_B = 'tile_atom_to_shape_SFB';

/** Assignments of a layout made by one of the two functions to a variable named for B. */
function layouts({ file, root }: Document): Judged[] {
  const { text } = file;
  return descendants(root, 'assignment_expression').flatMap((node): Judged[] => {
    const target = textOf(field(node, 'left')!, text);
    const call = field(node, 'right');
    const maker = call?.type === 'call_expression' ? textOf(field(call, 'function')!, text).trim() : '';
    if (!/^layout_SFB$/i.test(target) || !new RegExp(`(?:${OF_A}|${OF_B})$`).test(maker)) return [];
    const rest = text.slice(node.endIndex, lineEnd(text, node.endIndex));
    const marked = { startIndex: node.endIndex, endIndex: node.endIndex };
    if (maker.endsWith(OF_B)) return [{ node, marked, said: ['right', 'made from the shape of B'] }];
    if (!isSafe(node) || !/^\s*;\s*(?:\/\/.*)?$/.test(rest))
      return [{ node, said: ['unknown', 'more code on the line of the assignment'] }];
    const end = field(call!, 'function')!.endIndex;
    const edits = [
      replace(file, { startIndex: end - OF_A.length, endIndex: end }, OF_B),
      insert(file, node.endIndex + rest.indexOf(';') + 1, `  ${comment(file, ID)}`),
    ];
    return [{ node, said: ['wrong', 'made from the shape of A'], edits }];
  });
}

export default parts({
  id: ID,
  project: 'cutlass',
  title: 'The grouped scale-factor layout of B is built from B',
  why: 'In grouped block-scaled GEMMs the first TMA descriptor of the scale factors of B is encoded with the layout of A: wrong wherever the tile is not square.',
  effect: { kind: 'wrong', concerns: 'grouped block-scaled GEMMs with tiles that are not square' },
  references: [
    { kind: 'pull-request', ref: '#3038', date: '2026-02-16', note: 'the same edit among others; open' },
  ],
  retire: 'when upstream merges #3038 or its like',
  upstreamStatus: 'Submitted [https://github.com/NVIDIA/cutlass/pull/3038]',

  parts: [
    {
      language: 'cuda',
      paths: /(?:^|\/)cutlass\/gemm\/collective\/sm12\d_blockscaled_mma_array\w*\.hpp$/,
      content: /Sm12\dArray[\s\S]*tile_atom_to_shape_SF[AB]/,
      look: layouts,
    },
  ],
  strange: ({ length: sites }, { length: files }) =>
    sites === files ? undefined : `${sites} layouts in ${files} grouped collectives`,
  absent: 'this revision has no block-scaled grouped GEMM for SM120',
  reason: {
    wrong: 'the grouped layout of the scale factors of B is built from the shape of A',
    right: 'the grouped layout of the scale factors of B is built from the shape of B',
  },
});
