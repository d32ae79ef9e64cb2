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
  behind,
  type Document,
  descendants,
  field,
  indentAt,
  isSafe,
  type Known,
  markAbove,
  moduleFunctions,
  type Node,
  nameOf,
  newlineOf,
  onPlatform,
  parameters,
  pythonValue,
  replace,
  spelled,
  textOf,
} from '../../../src/api.js';

import { type Place, places, type Said } from '../../_families/places.js';

const ID = 'vllm/mxfp4-moe-swizzle';

interface LayoutPlace extends Place {
  /** The parameter that holds the caller's layout. */
  readonly layout: string;
  readonly argument: Node;
}

/** The `is_sf_swizzled_layout=` of the branch for MXFP8. */
function layoutArgument(fn: Node, text: string): Node | undefined {
  const isMxfp8 = (node: Node): boolean => {
    const said = spelled(textOf(behind(field(node, 'condition')!, text), text));
    return /^(?:\w+=="mxfp8"|"mxfp8"==\w+)$/.test(said);
  };
  const branch = descendants(fn, 'if_statement', 'elif_clause').find(isMxfp8);
  const body = field(branch, 'consequence');
  const isLayout = (node: Node): boolean => nameOf(node, text) === 'is_sf_swizzled_layout';
  return body && descendants(body, 'keyword_argument').find(isLayout);
}

function find({ root, file: { text } }: Document): LayoutPlace[] {
  return moduleFunctions(root, 'moe_kernel_quantize_input', text).flatMap((fn) => {
    const argument = layoutArgument(fn, text);
    const node = field(argument, 'value');
    const layout = parameters(fn, text).find((name) => /scale_swizzled$/.test(name)) ?? '';
    return argument && node ? [{ node, layout, argument, marked: argument }] : [];
  });
}

/** The layout that GB10 gets where the caller asks for one; undefined where that cannot be read. */
function layoutFor({ node, layout }: LayoutPlace, text: string, asked: boolean): Known {
  return pythonValue(behind(node, text), text, (leaf, own, value) =>
    textOf(leaf, own) === layout ? asked : onPlatform(121)(leaf, own, value),
  );
}

function judge(place: LayoutPlace, { file: { text } }: Document): Said {
  const { node, layout, argument } = place;
  if (layoutFor(place, text, true) === true && layoutFor(place, text, false) === false) {
    return ['right', "the caller's layout is passed on"];
  }
  const never = node.type === 'false' && isSafe(argument) && layout !== '';
  const editable = never && /^from vllm\.platforms import .*\bcurrent_platform\b/m.test(text);
  return [editable ? 'wrong' : 'unknown', `the layout is ${textOf(node, text)}`];
}

export default places<LayoutPlace>({
  id: ID,
  project: 'vllm',
  title: 'Swizzled MXFP8 scales for the CUTLASS MXFP4 MoE',
  why: 'In v0.20.1 and v0.20.2 the activation scales reach CUTLASS in rows where it reads swizzled tiles: gpt-oss answers with noise when its MXFP4-MXFP8 backend is chosen, the fast one on GB10.',
  effect: { kind: 'wrong', concerns: 'gpt-oss with --moe-backend flashinfer_cutlass_afp8' },
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

  language: 'python',
  paths: /^vllm\/.*\/fused_moe\/[^/]*\.py$/,
  content: /def moe_kernel_quantize_input\b/,
  find,
  judge,
  edit({ node, layout }, { file }) {
    // trtllm-gen wants rows, and runs on SM100 only: the SM12x family is CUTLASS.
    const and = newlineOf(file.text) + indentAt(file.text, node.startIndex);
    return [
      replace(file, node, `${layout}${and}and current_platform.is_device_capability_family(120)`),
      markAbove(file, node.startIndex, ID),
    ];
  },
  absent: 'no moe_kernel_quantize_input below vllm/ passes is_sf_swizzled_layout for MXFP8',
  reason: {
    wrong: 'MXFP8 scales are never swizzled',
    right: "MXFP8 scales have the caller's layout",
  },
});
