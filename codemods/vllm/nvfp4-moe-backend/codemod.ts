/**
 * The FlashInfer loop returns the kernel class that it computed.
 *
 * Shapes of `select_nvfp4_moe_backend`:
 *  -   v0.9 – v0.13        no such function
 *  S1  v0.14               returns a backend only
 *  S2  v0.15 – 3b30e6150   the FlashInfer loop computes a class and returns None; the explicit TRTLLM branch
 *                          above it returns None too, rightly: that backend has no class
 *  S3  v0.17 –             a loop over classes returns them
 * Other oracles (fp8, unquantized, mxfp4) return None on purpose and are not looked at.
 */
import {
  ancestors,
  bare,
  callsOf,
  type Document,
  descendants,
  field,
  isSafe,
  moduleFunctions,
  type Node,
  positional,
  replaceMarked,
  textOf,
} from '../../../src/api.js';
import { type Judged, parts } from '../../_families/places.js';

const ID = 'vllm/nvfp4-moe-backend';
const FUNCTION = 'select_nvfp4_moe_backend';

/** The variable on which a loop asks `is_supported_config`: the class that it computed. */
function kernelOf(loop: Node, text: string): string | undefined {
  const asked = callsOf(loop, 'is_supported_config', text)
    .map((call) => field(field(call, 'function'), 'object'))
    .filter((object) => object?.type === 'identifier');
  const names = new Set(asked.map((object) => textOf(object!, text)));
  return names.size === 1 ? [...names][0] : undefined;
}

/** Loops over FlashInfer's backends; where a revision has none, its loops over all backends. */
function backendLoops(fn: Node, text: string): Node[] {
  const loops = descendants(fn, 'for_statement').filter((loop) => kernelOf(loop, text) !== undefined);
  const outer = loops.filter((loop) => ![...ancestors(loop)].some((at) => at.type === 'for_statement'));
  const flashinfer = outer.filter((loop) => /flashinfer/i.test(textOf(field(loop, 'right')!, text)));
  return flashinfer.length > 0 ? flashinfer : outer;
}

/** What the loops return beside the backend: the class that they computed, or None. */
function returns({ file, root }: Document): Judged[] {
  const { text } = file;
  const loops = moduleFunctions(root, FUNCTION, text).flatMap((fn) => backendLoops(fn, text));
  return loops.flatMap((loop) => {
    const kernel = kernelOf(loop, text)!;
    return descendants(loop, 'return_statement').map((node): Judged => {
      const [, returned = node, ...more] = positional(bare(node.namedChildren[0] ?? undefined));
      const keeps = textOf(returned, text) === kernel;
      if (!isSafe(node) || more.length > 0 || (!keeps && returned.type !== 'none')) {
        return { node, said: ['unknown', 'a loop over backends returns something else'] };
      }
      if (keeps) return { node, said: ['right', `${kernel} is returned`] };
      const edits = replaceMarked(file, returned, kernel, { holder: node, statement: node, id: ID });
      return { node, said: ['wrong', `${kernel} is computed, and None is returned`], edits };
    });
  });
}

export default parts({
  id: ID,
  project: 'vllm',
  title: 'The FlashInfer NVFP4 MoE loop returns its kernel class',
  why: 'With VLLM_USE_FLASHINFER_MOE_FP4=1 and no explicit backend, the class that was found to work is dropped: the model stops with an assertion on experts_cls.',
  effect: {
    kind: 'stops',
    concerns: 'NVFP4 MoE models with VLLM_USE_FLASHINFER_MOE_FP4=1 and no VLLM_FLASHINFER_MOE_BACKEND',
  },
  references: [
    { kind: 'commit', ref: '42135d689', note: 'introduced (#32414, v0.15.0)' },
    { kind: 'commit', ref: '97995f637', date: '2026-03-03', note: 'rewritten, right (#32564, v0.17.0)' },
  ],
  retire: 'when no pin is older than v0.17.0',
  upstreamStatus: 'Backport [97995f637]',

  parts: [
    {
      language: 'python',
      paths: /^vllm\/.*moe.*\.py$/,
      content: /\bdef select_nvfp4_moe_backend\b/,
      look: returns,
    },
  ],
  absent: (documents) =>
    documents.length === 0
      ? 'this revision selects no NVFP4 MoE backend in one place'
      : 'the selection computes no kernel class yet',
  reason: {
    wrong: 'the FlashInfer loop drops the kernel class that it computed',
    right: 'the loop over backends returns the kernel class that it computed',
  },
});
