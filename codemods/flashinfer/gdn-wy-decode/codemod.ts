/**
 * The WY decode of the gated delta net compiles for GB10.
 *
 * Shapes of gdn_decode_bf16_wy_output_only.py:
 *  -   – v0.6.15            no such kernel
 *  W1  v0.6.16 – .post4     `cute.experimental` decorators, and no arch: an attribute that the compiler rejects
 *  W2  v0.6.17 –            plain decorators, and the arch of the device
 */
import {
  ancestors,
  calleeName,
  callsOf,
  children,
  type Document,
  descendants,
  enclosingFunction,
  field,
  holds,
  markAbove,
  markBehind,
  type Node,
  positional,
  replace,
  textOf,
} from '../../../src/api.js';
import { argumentOn } from '../../_families/arch.js';
import { type Place, places, type Said } from '../../_families/places.js';

const ID = 'flashinfer/gdn-wy-decode';

interface DecodePlace extends Place {
  readonly kind: 'decorator' | 'compile' | 'target';
}

function find({ root, file: { text } }: Document): DecodePlace[] {
  const decorators = descendants(root, 'decorator')
    .filter((node) => /^@cute\.(?:experimental\.)?(?:jit|kernel)\b/.test(textOf(node, text)))
    .filter((node) => /\bclass_definition\b/.test(node.parent?.parent?.parent?.type ?? ''))
    .map((node) => ({ node, kind: 'decorator' as const }));
  const targets = callsOf(root, 'GPUArch', text).map((node) => ({ node, kind: 'target' as const }));
  const compiles = callsOf(root, 'compile', text)
    .filter((node) => textOf(field(node, 'function')!, text) === 'cute.compile')
    .map((node) => ({ node, kind: 'compile' as const }));
  return [...decorators, ...(targets.length > 0 ? targets : compiles)];
}

/** Whether a device takes the arm of the choices around a node that holds it; undefined where that is not known. */
function isTaken(node: Node, fn: Node | undefined, text: string, device: number): boolean | undefined {
  for (const at of ancestors(node)) {
    if (at.id === fn?.id) break;
    if (at.type !== 'conditional_expression') continue;
    const [yes, condition, no] = children(at);
    const held = holds(argumentOn(condition!, condition!, fn, text, device));
    const inArm = (arm: Node | undefined) =>
      arm !== undefined && arm.startIndex <= node.startIndex && node.endIndex <= arm.endIndex;
    if (held === undefined) return undefined;
    if (inArm(held ? no : yes)) return false;
  }
  return true;
}

function judge({ node, kind }: DecodePlace, { file: { text } }: Document): Said {
  if (kind === 'decorator') {
    const experimental = textOf(node, text).includes('.experimental.');
    return [experimental ? 'wrong' : 'right', textOf(node, text)];
  }
  const fn = enclosingFunction(node);
  if (kind === 'target') {
    const [arch] = positional(field(node, 'arguments'));
    const on = (device: number) => arch && argumentOn(node, arch, fn, text, device);
    const takes = (device: number) => isTaken(node, fn, text, device);
    const fits = [120, 121].every((device) => takes(device) === true && on(device) === `sm_${device}a`);
    // Elsewhere the compiler finds the arch itself, or is given the one of that device.
    const apart = [90, 100].every((device) => takes(device) === false || on(device) === `sm_${device}a`);
    return [fits && apart ? 'right' : 'unknown', `compiled for ${on(121) ?? 'nobody knows what'} on GB10`];
  }
  // `str(device)` in the key tells devices, and so their archs, apart.
  const body = fn ? textOf(fn, text) : '';
  const keyed = /\bdevice\s*=\s*\(?\s*\w+\.device\b/.test(body) && /\bstr\(device\)/.test(body);
  return [keyed && calleeName(node, text) === 'compile' ? 'wrong' : 'unknown', 'compiled for no arch'];
}

export default places<DecodePlace>({
  id: ID,
  project: 'flashinfer',
  title: 'The WY decode of the gated delta net compiles for GB10',
  why: 'The kernel is compiled through cute.experimental, whose sm_121 attribute nvidia-cutlass-dsl 4.6.1 rejects: no multi-token decoding of gated delta nets on GB10.',
  effect: { kind: 'stops', concerns: 'multi-token decoding of gated delta nets by FlashInfer (not by vLLM)' },
  references: [
    {
      kind: 'commit',
      ref: 'd536efd5a',
      date: '2026-07-27',
      note: 'upstream (#4117, first in v0.6.17), run on GB10',
    },
    { kind: 'issue', ref: '#3995', note: 'the attribute that is rejected' },
  ],
  retire: 'when no pin is v0.6.16 or a post release of it',
  upstreamStatus: 'Backport [d536efd5a]',

  language: 'python',
  paths: /(?:^|\/)gdn_decode_bf16_wy_output_only\w*\.py$/,
  content: /^class GdnDecodeKernel\b/m,
  find,
  judge,
  edit({ node, kind }, { file }) {
    const { text } = file;
    if (kind === 'decorator') {
      return [
        replace(file, node, textOf(node, text).replace('.experimental.', '.')),
        markBehind(file, node.endIndex, ID),
      ];
    }
    const capability = 'torch.cuda.get_device_capability(device)';
    const compiler = `(cute.compile[(cute.GPUArch(f"sm_12{${capability}[1]}a"),)] if ${capability}[0] == 12 else cute.compile)`;
    return [replace(file, field(node, 'function')!, compiler), markAbove(file, node.startIndex, ID)];
  },
  absent: 'no gdn_decode_bf16_wy_output_only.py has a GdnDecodeKernel: no WY decode of the gated delta net',
  reason: {
    wrong: 'the WY decode is compiled through cute.experimental, for no arch of its own',
    right: 'the WY decode is compiled for the device that runs it',
  },
});
