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
  defineCodemod,
  descendants,
  type Edit,
  field,
  isSafe,
  type JudgeContext,
  lineEnd,
  mark,
  type Site,
  type SourceFile,
  search,
  textOf,
} from '../../../src/api.js';

const ID = 'cutlass/grouped-sfb-layout';
const OF_A = 'tile_atom_to_shape_SFA';
const OF_B = 'tile_atom_to_shape_SFB';

interface LayoutSite extends Site {
  readonly edits: readonly Edit[];
}

/** Assignments of a layout made by one of the two functions to a variable named for B. */
async function sitesOf(file: SourceFile, context: JudgeContext): Promise<LayoutSite[]> {
  const { root } = await context.parse(file, 'cuda');
  const { path, text } = file;
  return descendants(root, 'assignment_expression').flatMap((node): LayoutSite[] => {
    const target = textOf(field(node, 'left')!, text);
    const call = field(node, 'right');
    const maker = call?.type === 'call_expression' ? textOf(field(call, 'function')!, text).trim() : '';
    if (!/^layout_SFB$/i.test(target) || !new RegExp(`(?:${OF_A}|${OF_B})$`).test(maker)) return [];
    const base = { path, offset: node.startIndex, edits: [] };
    const rest = text.slice(node.endIndex, lineEnd(text, node.endIndex));
    if (maker.endsWith(OF_B)) {
      return [
        { ...base, state: rest.includes(mark(ID)) ? 'ours' : 'right', what: 'made from the shape of B' },
      ];
    }
    if (!isSafe(node) || !/^\s*;\s*(?:\/\/.*)?$/.test(rest)) {
      return [{ ...base, state: 'unknown', what: 'more code on the line of the assignment' }];
    }
    const end = field(call!, 'function')!.endIndex;
    const close = node.endIndex + rest.indexOf(';') + 1;
    const edits = [
      { path, start: end - OF_A.length, end, text: OF_B },
      { path, start: close, end: close, text: `  // ${mark(ID)}` },
    ];
    return [{ ...base, state: 'wrong', what: 'made from the shape of A', edits }];
  });
}

export default defineCodemod<LayoutSite>({
  id: ID,
  project: 'cutlass',
  title: 'The grouped scale-factor layout of B is built from B',
  why: 'In grouped block-scaled GEMMs the first TMA descriptor of the scale factors of B is encoded with the layout of A: wrong wherever the tile is not square.',
  references: [
    { kind: 'pull-request', ref: '#3038', date: '2026-02-16', note: 'the same edit among others; open' },
  ],
  retire: 'when upstream merges #3038 or its like',
  upstreamStatus: 'Submitted [https://github.com/NVIDIA/cutlass/pull/3038]',

  async judge(context) {
    const files = await search(
      context,
      /(?:^|\/)cutlass\/gemm\/collective\/sm12\d_blockscaled_mma_array\w*\.hpp$/,
      /tile_atom_to_shape_SF[AB]/,
    );
    const sites = (await Promise.all(files.map((file) => sitesOf(file, context)))).flat();
    const reason = sites.some((site) => site.state === 'wrong')
      ? 'the grouped layout of the scale factors of B is built from the shape of A'
      : 'the grouped layout of the scale factors of B is built from the shape of B';
    if (sites.length !== files.length) {
      return { sites, reason, drifted: `${sites.length} layouts in ${files.length} grouped collectives` };
    }
    return { sites, absent: 'this revision has no block-scaled grouped GEMM for SM120', reason };
  },

  rewrite: (sites) => sites.flatMap((site) => site.edits),
});
