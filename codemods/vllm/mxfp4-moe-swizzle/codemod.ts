/**
 * MXFP8 activation scales for CUTLASS's MXFP4 MoE are swizzled.
 *
 * Shapes, in `moe_kernel_quantize_input`:
 *  S0  – v0.17             the layout is no argument; the MXFP4 backends quantise by themselves
 *  S1  v0.18 – v0.20.0     the caller's layout is passed on (swizzled unless it says otherwise)
 *  S2  v0.20.1 – v0.20.2   never swizzled
 *  S3  v0.21.0rc1 –        the caller's layout again, and each backend says which
 */
import {
  type Document,
  defineCodemod,
  descendants,
  type Edit,
  field,
  indentAt,
  isSafe,
  type Node,
  newlineOf,
  type Site,
  search,
  textOf,
} from '../../../src/api.js';
import { isMarked, markAbove, withMarks } from '../_shared/marks.js';

const ID = 'vllm/mxfp4-moe-swizzle';

interface SwizzleSite extends Site {
  readonly end: number;
  /** The parameter that holds the caller's layout. */
  readonly layout: string;
}

/** The `is_sf_swizzled_layout=` of the branch for MXFP8. */
function layoutArgument(fn: Node, text: string): Node | undefined {
  const isMxfp8 = (node: Node): boolean => /==\s*["']mxfp8["']/.test(textOf(field(node, 'condition')!, text));
  const branch = descendants(fn, 'if_statement', 'elif_clause').find(isMxfp8);
  const body = field(branch, 'consequence');
  return (
    body &&
    descendants(body, 'keyword_argument').find(
      (node) => textOf(field(node, 'name')!, text) === 'is_sf_swizzled_layout',
    )
  );
}

function siteIn(fn: Node, { file }: Document): SwizzleSite | undefined {
  const { path, text } = file;
  const argument = layoutArgument(fn, text);
  const value = field(argument, 'value');
  if (!argument || !value) return undefined;
  const parameters = field(fn, 'parameters');
  const names = parameters ? descendants(parameters, 'identifier').map((node) => textOf(node, text)) : [];
  const layout = names.find((name) => /scale_swizzled$/.test(name)) ?? '';
  const base = { path, offset: value.startIndex, end: value.endIndex, layout };
  if (layout !== '' && descendants(value, 'identifier').some((node) => textOf(node, text) === layout)) {
    const ours = isMarked(text, argument.startIndex, argument.startIndex, ID);
    return { ...base, state: ours ? 'ours' : 'right', what: "the caller's layout is passed on" };
  }
  const never = value.type === 'false' && isSafe(argument) && layout !== '';
  const editable = never && /^from vllm\.platforms import .*\bcurrent_platform\b/m.test(text);
  return { ...base, state: editable ? 'wrong' : 'unknown', what: `the layout is ${textOf(value, text)}` };
}

export default defineCodemod<SwizzleSite>({
  id: ID,
  project: 'vllm',
  title: 'Swizzled MXFP8 scales for the CUTLASS MXFP4 MoE',
  why: 'In v0.20.1 and v0.20.2 the activation scales reach CUTLASS in rows where it reads swizzled tiles: gpt-oss answers with noise when its MXFP4-MXFP8 backend is chosen, the fast one on GB10.',
  references: [
    {
      kind: 'commit',
      ref: 'b4806c8ee',
      date: '2026-04-30',
      note: 'the layout becomes False (#40960), v0.20.1',
    },
    { kind: 'commit', ref: '8bcd8a260', date: '2026-05-08', note: 'restored (#42089), v0.21.0rc1' },
  ],
  retire: 'when no tree of yours is v0.20.1 or v0.20.2',

  async judge(context) {
    const files = await search(
      context,
      /^vllm\/.*\/fused_moe\/[^/]*\.py$/,
      /def moe_kernel_quantize_input\b/,
    );
    const documents = await Promise.all(files.map((file) => context.parse(file, 'python')));
    const sites = documents.flatMap((document) =>
      descendants(document.root, 'function_definition')
        .filter((fn) => textOf(field(fn, 'name')!, document.file.text) === 'moe_kernel_quantize_input')
        .flatMap((fn) => siteIn(fn, document) ?? []),
    );
    const wrong = sites.some((site) => site.state === 'wrong');
    return {
      sites,
      absent: 'MXFP8 activations are not quantised with a layout in this revision',
      reason: wrong ? 'MXFP8 scales are never swizzled' : "MXFP8 scales have the caller's layout",
    };
  },

  async rewrite(sites, context) {
    const edits: Edit[] = [];
    const marks: Edit[] = [];
    for (const { path, offset, end, layout } of sites) {
      const { text } = (await context.tree.read(path))!;
      // trtllm-gen wants rows, and runs on SM100 only: the SM12x family is CUTLASS.
      const value = `${layout}\nand current_platform.is_device_capability_family(120)`;
      edits.push({
        path,
        start: offset,
        end,
        text: value.replace('\n', newlineOf(text) + indentAt(text, offset)),
      });
      marks.push(markAbove(path, text, offset, ID, '#'));
    }
    return withMarks(edits, marks);
  },
});
