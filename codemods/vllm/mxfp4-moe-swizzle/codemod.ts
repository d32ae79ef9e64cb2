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
  defineCodemod,
  descendants,
  field,
  functionsNamed,
  indentAt,
  isOurs,
  isSafe,
  markAbove,
  type Node,
  nameOf,
  newlineOf,
  parameters,
  replace,
  type Site,
  type SourceFile,
  searchParsed,
  textOf,
  withMarks,
} from '../../../src/api.js';

const ID = 'vllm/mxfp4-moe-swizzle';

interface SwizzleSite extends Site {
  readonly value: Node;
  /** The parameter that holds the caller's layout. */
  readonly layout: string;
}

/** The `is_sf_swizzled_layout=` of the branch for MXFP8. */
function layoutArgument(fn: Node, text: string): Node | undefined {
  const isMxfp8 = (node: Node): boolean => /==\s*["']mxfp8["']/.test(textOf(field(node, 'condition')!, text));
  const branch = descendants(fn, 'if_statement', 'elif_clause').find(isMxfp8);
  const body = field(branch, 'consequence');
  const isLayout = (node: Node): boolean => nameOf(node, text) === 'is_sf_swizzled_layout';
  return body && descendants(body, 'keyword_argument').find(isLayout);
}

function siteOf(fn: Node, file: SourceFile): SwizzleSite | undefined {
  const { text } = file;
  const argument = layoutArgument(fn, text);
  const value = field(argument, 'value');
  if (!argument || !value) return undefined;
  const layout = parameters(fn, text).find((name) => /scale_swizzled$/.test(name)) ?? '';
  const base = { file, offset: value.startIndex, value, layout };
  if (layout !== '' && descendants(value, 'identifier').some((node) => textOf(node, text) === layout)) {
    const ours = isOurs(file, ID, { startIndex: argument.startIndex, endIndex: argument.startIndex });
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
    const documents = await searchParsed(
      context,
      'python',
      /^vllm\/.*\/fused_moe\/[^/]*\.py$/,
      /def moe_kernel_quantize_input\b/,
    );
    const sites = documents.flatMap(({ file, root }) =>
      functionsNamed(root, 'moe_kernel_quantize_input', file.text).flatMap((fn) => siteOf(fn, file) ?? []),
    );
    return {
      sites,
      absent: 'MXFP8 activations are not quantised with a layout in this revision',
      reason: {
        wrong: 'MXFP8 scales are never swizzled',
        right: "MXFP8 scales have the caller's layout",
      },
    };
  },

  rewrite: (sites) =>
    withMarks(
      // trtllm-gen wants rows, and runs on SM100 only: the SM12x family is CUTLASS.
      sites.map(({ file, value, layout }) => {
        const and = newlineOf(file.text) + indentAt(file.text, value.startIndex);
        return replace(file, value, `${layout}${and}and current_platform.is_device_capability_family(120)`);
      }),
      sites.map(({ file, offset }) => markAbove(file, offset, ID)),
    ),
});
