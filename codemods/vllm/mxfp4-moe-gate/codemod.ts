/**
 * The CUTLASS MXFP4-MXFP8 MoE can be chosen on SM12x.
 *
 * Shapes, in `get_mxfp4_backend`:
 *  M0  – v0.10.1           no such backend
 *  M1  v0.10.2 – v0.12     exactly 10.0
 *  M2  v0.13 – v0.18       the family of 10.0
 *  M3  v0.19 –             an oracle asks FlashInfer's experts, which admit 12.x
 */
import {
  askedFor,
  calleeName,
  capabilityChecks,
  type Document,
  descendants,
  field,
  indentAt,
  markAbove,
  moduleFunctions,
  type Node,
  newlineOf,
  onPlatform,
  replace,
  search,
  textOf,
  withMarks,
} from '../../../src/api.js';
import { admitted } from '../../_families/gate.js';
import { type Place, places, type Said } from '../../_families/places.js';
import { flashInferPin, isBefore } from '../_shared/flashinfer-pin.js';

const ID = 'vllm/mxfp4-moe-gate';
// FlashInfer's CUTLASS kernel for SM12x came with v0.5.3.
const FIRST = [0, 5, 3];
const SWITCH = 'VLLM_USE_FLASHINFER_MOE_MXFP4_MXFP8_CUTLASS';
const PATHS = /^vllm\/.*\/mxfp4[^/]*\.py$/;
const CONTENT = new RegExp(`^def get_mxfp4_backend\\b[\\s\\S]*${SWITCH}`, 'm');

interface GatePlace extends Place {
  readonly condition: Node;
}

function find({ root, file: { text } }: Document): GatePlace[] {
  return moduleFunctions(root, 'get_mxfp4_backend', text)
    .flatMap((fn) => descendants(fn, 'if_statement', 'elif_clause'))
    .map((branch) => field(branch, 'condition')!)
    .filter((condition) => textOf(condition, text).includes(SWITCH))
    .map((condition) => {
      const tests = capabilityChecks(condition, text).filter(
        (call) => askedFor(call, text) === 100 && calleeName(call, text) !== 'has_device_capability',
      );
      return { node: tests.length === 1 ? tests[0]! : condition, condition, marked: condition };
    });
}

function judge({ node, condition }: GatePlace, { file: { text } }: Document): Said {
  const shown = 'the choice of the CUTLASS MXFP4-MXFP8 backend';
  const devices = String(admitted(condition, text, onPlatform));
  if (devices === '100,120,121') return ['right', `${shown} is open to SM12x`];
  if (devices === '100' && node !== condition) return ['wrong', `${shown} is for SM100 only`];
  return ['unknown', `${shown}, in other words`];
}

/** `check(100)` becomes `(check(100) or check(12x))`, on lines of its own. */
function opened(test: Node, text: string, hasFamily: boolean): string {
  const platform = textOf(field(field(test, 'function'), 'object')!, text);
  const others = hasFamily
    ? [`or ${platform}.is_device_capability_family(120)`]
    : [120, 121].map((capability) => `or ${platform}.is_device_capability(${capability})`);
  const lines = ['(', `    ${textOf(test, text)}`, ...others.map((line) => `    ${line}`), ')'];
  return lines.join(newlineOf(text) + indentAt(text, test.startIndex));
}

export default places({
  id: ID,
  project: 'vllm',
  title: 'CUTLASS MXFP4 MoE on SM12x',
  why: `Up to v0.18, ${SWITCH}=1 does nothing on GB10: gpt-oss stays on Marlin although FlashInfer has the kernel.`,
  effect: { kind: 'slow', concerns: 'gpt-oss with VLLM_USE_FLASHINFER_MOE_MXFP4_MXFP8_CUTLASS=1' },
  references: [
    { kind: 'commit', ref: '87bd91892', date: '2026-03-20', note: 'an oracle chooses the backend, v0.19.0' },
    {
      kind: 'pull-request',
      ref: 'FlashInfer v0.5.3',
      date: '2025-11-20',
      note: 'the CUTLASS MXFP8-MXFP4 grouped GEMM for SM12x',
    },
  ],
  retire: 'when no tree of yours is older than v0.19.0',

  language: 'python',
  paths: PATHS,
  content: CONTENT,
  async before(context) {
    const pinned = await flashInferPin(context);
    const asked = isBefore(pinned, FIRST) && (await search(context, PATHS, CONTENT)).length > 0;
    const absent = `FlashInfer ${pinned.join('.')}, which this revision pins, has no such kernel for SM12x`;
    return asked ? { absent } : undefined;
  },
  find,
  judge,
  async edit({ node }, { file }, { tree }) {
    const platform = (await tree.read('vllm/platforms/interface.py'))?.text ?? '';
    const hasFamily = /def is_device_capability_family\b/.test(platform);
    return withMarks(
      [replace(file, node, opened(node, file.text, hasFamily))],
      [markAbove(file, node.startIndex, ID)],
    );
  },
  absent: 'no backend is chosen by device in mxfp4.py',
  reason: { wrong: 'the backend is closed to SM12x', right: 'the backend is open to SM12x' },
});
