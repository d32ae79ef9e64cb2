/**
 * Flash linear attention does not take SM12x for Hopper.
 *
 * Shapes of the module's two names, in fla/ops/utils.py (third_party/flash_linear_attention from 2026-07-16 on):
 *  H1  v0.11 – v0.19   `is_nvidia_hopper` and `is_tma_supported` hold from 9.0 on, 12.x included
 *  H2  v0.20 –         TMA is asked for by FLA_USE_TMA=1; `is_nvidia_hopper` as before
 */
import {
  assignmentsTo,
  calleeName,
  type Document,
  descendants,
  field,
  type Meaning,
  markAbove,
  type Node,
  replace,
  textOf,
} from '../../../src/api.js';
import { admitted, gate, lowerBound } from '../../_families/gate.js';

const ID = 'vllm/fla-hopper-gate';
const NAMES = ['is_nvidia_hopper', 'is_tma_supported'];

/** The value of a name of the module, where it is given one once. */
function assigned({ root, file: { text } }: Document, name: string): Node | undefined {
  const found = assignmentsTo(root, name, text).filter(({ parent }) => parent?.parent?.type === 'module');
  return found.length === 1 ? field(found[0], 'right') : undefined;
}

/** Names by the module's own assignments; the device is NVIDIA's, Triton is recent, and no variable is set. */
const meaningOn =
  (document: Document, capability: number): Meaning =>
  (node, text, value) => {
    const spelled = textOf(node, text);
    if (spelled === 'device_platform') return 'nvidia';
    if (node.type === 'identifier') {
      const own = assigned(document, spelled);
      return own && value(own);
    }
    if (node.type === 'attribute' || node.type === 'subscript') return undefined;
    const name = node.type === 'call' ? calleeName(node, text) : '';
    if (/\b(?:os\.getenv|os\.environ\.get)$/.test(textOf(field(node, 'function') ?? node, text))) return '0';
    if (name === 'get_device_name') return capability === 90 ? 'NVIDIA H100' : 'NVIDIA';
    return name === 'hasattr' ? true : undefined;
  };

/** The comparisons that let 12.x in: `get_device_capability()[0] >= 9`. */
function bounds(value: Node, document: Document) {
  const { text } = document.file;
  const device =
    (capability: number): Meaning =>
    (node, own, sub) => {
      const asks =
        node.type === 'call' && /\.get_device_capability$/.test(textOf(field(node, 'function')!, own));
      return asks
        ? [Math.floor(capability / 10), capability % 10]
        : meaningOn(document, capability)(node, own, sub);
    };
  return descendants(value, 'comparison_operator').flatMap((node) => {
    const bound = lowerBound(node, text);
    return bound && String(admitted(node, text, device)) === '90,100,120,121' ? [bound] : [];
  });
}

export default gate({
  id: ID,
  project: 'vllm',
  title: 'Flash linear attention does not take SM12x for Hopper',
  why: 'Everything from 9.0 on counts as Hopper: GB10, with 99 KiB of shared memory, gets the configurations of a GPU with 227 KiB, and loses those with 8 warps. Up to v0.19 it is sent to the TMA path as well.',
  effect: { kind: 'slow', concerns: 'models with gated delta nets (Qwen3-Next, Qwen3.5 and later)' },
  references: [
    { kind: 'pull-request', ref: '#37700', date: '2026-03-20', note: 'the same gate; open' },
    { kind: 'commit', ref: '99e5539a67', note: 'TMA on request only (#38981, v0.20.0)' },
  ],
  retire: 'when upstream merges #37700 or its like',
  upstreamStatus: 'Submitted [https://github.com/vllm-project/vllm/pull/37700]',

  paths: /^vllm\/(?:.*\/)?(?:fla|flash_linear_attention)\/ops\/utils\.py$/,
  content: /\bis_nvidia_hopper\b/,
  find: (document) =>
    NAMES.flatMap((name) => {
      const node = assigned(document, name);
      // From v0.20 on TMA asks whether it is Hopper, and no more for the capability.
      return node && /get_device_capability/.test(textOf(node, document.file.text)) ? [{ node }] : [];
    }),
  goal: [90, 100],
  wrong: [90, 100, 120, 121],
  meaning: (_place, document) => (capability) => meaningOn(document, capability),
  says: { wrong: '12.x counts as Hopper', right: '12.x does not count as Hopper' },
  edit({ node }, document) {
    const { file } = document;
    const { text } = file;
    return [
      ...bounds(node, document).map(({ node: at, operator, left, right }) =>
        replace(file, at, `${textOf(right, text)} ${operator.replace('>', '<')} ${textOf(left, text)} < 12`),
      ),
      markAbove(file, node.parent!.startIndex, ID),
    ];
  },
  absent: 'no utils.py of flash linear attention makes is_nvidia_hopper of the capability',
  reason: {
    wrong: 'GB10 counts as Hopper in flash linear attention',
    right: 'flash linear attention tells SM12x from Hopper',
  },
});
