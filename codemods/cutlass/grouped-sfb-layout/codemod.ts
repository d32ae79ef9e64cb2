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
  defineCodemod,
  descendants,
  type Edit,
  field,
  insert,
  isSafe,
  lineEnd,
  mark,
  replace,
  type Site,
  searchParsed,
  textOf,
} from '../../../src/api.js';

const ID = 'cutlass/grouped-sfb-layout';
const OF_A = 'tile_atom_to_shape_SFA';
const OF_B = 'tile_atom_to_shape_SFB';

interface LayoutSite extends Site {
  readonly edits: readonly Edit[];
}

/** Assignments of a layout made by one of the two functions to a variable named for B. */
function sitesOf({ file, root }: Document): LayoutSite[] {
  const { text } = file;
  return descendants(root, 'assignment_expression').flatMap((node): LayoutSite[] => {
    const target = textOf(field(node, 'left')!, text);
    const call = field(node, 'right');
    const maker = call?.type === 'call_expression' ? textOf(field(call, 'function')!, text).trim() : '';
    if (!/^layout_SFB$/i.test(target) || !new RegExp(`(?:${OF_A}|${OF_B})$`).test(maker)) return [];
    const base = { file, offset: node.startIndex, edits: [] };
    const rest = text.slice(node.endIndex, lineEnd(text, node.endIndex));
    if (maker.endsWith(OF_B)) {
      const state = rest.includes(mark(ID)) ? 'ours' : 'right';
      return [{ ...base, state, what: 'made from the shape of B' }];
    }
    if (!isSafe(node) || !/^\s*;\s*(?:\/\/.*)?$/.test(rest)) {
      return [{ ...base, state: 'unknown', what: 'more code on the line of the assignment' }];
    }
    const end = field(call!, 'function')!.endIndex;
    const close = node.endIndex + rest.indexOf(';') + 1;
    const edits = [
      replace(file, { startIndex: end - OF_A.length, endIndex: end }, OF_B),
      insert(file, close, `  ${comment(file, ID)}`),
    ];
    return [{ ...base, state: 'wrong', what: 'made from the shape of A', edits }];
  });
}

export default defineCodemod<LayoutSite>({
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

  async judge(context) {
    const documents = await searchParsed(
      context,
      'cuda',
      /(?:^|\/)cutlass\/gemm\/collective\/sm12\d_blockscaled_mma_array\w*\.hpp$/,
      /Sm12\dArray[\s\S]*tile_atom_to_shape_SF[AB]/,
    );
    const sites = documents.flatMap(sitesOf);
    if (sites.length !== documents.length) {
      return { sites, drifted: `${sites.length} layouts in ${documents.length} grouped collectives` };
    }
    return {
      sites,
      absent: 'no sm12*_blockscaled_mma_array*.hpp makes a layout of scale factors for grouped GEMMs',
      reason: {
        wrong: 'the grouped layout of the scale factors of B is built from the shape of A',
        right: 'the grouped layout of the scale factors of B is built from the shape of B',
      },
    };
  },

  rewrite: (sites) => sites.flatMap((site) => site.edits),
});
