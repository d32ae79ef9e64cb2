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
  defineCodemod,
  descendants,
  type Edit,
  field,
  holds,
  indentAt,
  isOurs,
  isSafe,
  markAbove,
  moduleFunctions,
  type Node,
  newlineOf,
  onPlatform,
  parseAll,
  pythonValue,
  replace,
  type Site,
  type SourceFile,
  search,
  textOf,
  withMarks,
} from '../../../src/api.js';

import { flashInferPin, isBefore } from '../_shared/flashinfer-pin.js';

const ID = 'vllm/mxfp4-moe-gate';
// FlashInfer's CUTLASS kernel for SM12x came with v0.5.3.
const FIRST = [0, 5, 3];
const SWITCH = 'VLLM_USE_FLASHINFER_MOE_MXFP4_MXFP8_CUTLASS';

interface GateSite extends Site {
  /** The test of the device that admits SM100 alone. */
  readonly test: Node | undefined;
}

function siteOf(branch: Node, file: SourceFile): GateSite {
  const { text } = file;
  const condition = field(branch, 'condition')!;
  const admits = (capability: number): boolean | undefined =>
    holds(
      pythonValue(condition, text, (node, own, value) => {
        const spelled = textOf(node, own);
        if (spelled.includes(SWITCH) || /\bhas_flashinfer\w*\s*\(\s*\)$/.test(spelled)) return true;
        return onPlatform(capability)(node, own, value);
      }),
    );
  const base = { file, offset: condition.startIndex, test: undefined };
  const shown = 'the choice of the CUTLASS MXFP4-MXFP8 backend';
  if (admits(100) !== true || admits(90) !== false)
    return { ...base, state: 'unknown', what: `${shown}, in other words` };
  if (admits(120) && admits(121)) {
    const ours = isOurs(file, ID, condition);
    return { ...base, state: ours ? 'ours' : 'right', what: `${shown} is open to SM12x` };
  }
  const tests = descendants(condition, 'call').filter(
    (call) =>
      /^is_device_capability(?:_family)?$/.test(calleeName(call, text)) && askedFor(call, text) === 100,
  );
  const [test] = tests;
  if (!test || tests.length !== 1 || !isSafe(condition) || admits(120) !== false) {
    return { ...base, state: 'unknown', what: `${shown}, in other words` };
  }
  return { ...base, offset: test.startIndex, test, state: 'wrong', what: `${shown} is for SM100 only` };
}

/** `check(100)` becomes `(check(100) or check(12x))`, on lines of its own. */
function edit({ file, test, offset }: GateSite, hasFamily: boolean): Edit {
  const { text } = file;
  const platform = textOf(field(field(test, 'function'), 'object')!, text);
  const others = hasFamily
    ? [`or ${platform}.is_device_capability_family(120)`]
    : [120, 121].map((capability) => `or ${platform}.is_device_capability(${capability})`);
  const lines = ['(', `    ${textOf(test!, text)}`, ...others.map((line) => `    ${line}`), ')'];
  return replace(file, test!, lines.join(newlineOf(text) + indentAt(text, offset)));
}

export default defineCodemod<GateSite>({
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

  async judge(context) {
    const files = await search(
      context,
      /^vllm\/.*\/mxfp4[^/]*\.py$/,
      new RegExp(`^def get_mxfp4_backend\\b[\\s\\S]*${SWITCH}`, 'm'),
    );
    const pinned = await flashInferPin(context);
    if (files.length > 0 && pinned && isBefore(pinned.version, FIRST)) {
      return {
        absent: `FlashInfer ${pinned.name}, which ${pinned.path} pins, has no CUTLASS MXFP4 MoE for SM12x: 0.5.3 is the first with one`,
      };
    }
    const sites = (await parseAll(context, files, 'python')).flatMap(({ file, root }) =>
      moduleFunctions(root, 'get_mxfp4_backend', file.text)
        .flatMap((fn) => descendants(fn, 'if_statement', 'elif_clause'))
        .filter((branch) => textOf(field(branch, 'condition')!, file.text).includes(SWITCH))
        .map((branch) => siteOf(branch, file)),
    );
    return {
      sites,
      absent: `no get_mxfp4_backend below vllm/ asks for ${SWITCH}`,
      reason: {
        wrong: 'the CUTLASS MXFP4-MXFP8 backend is closed to SM12x',
        right: 'the CUTLASS MXFP4-MXFP8 backend is open to SM12x',
      },
    };
  },

  async rewrite(sites, context) {
    const hasFamily = /def is_device_capability_family\b/.test(
      (await context.tree.read('vllm/platforms/interface.py'))?.text ?? '',
    );
    return withMarks(
      sites.map((site) => edit(site, hasFamily)),
      sites.map(({ file, offset }) => markAbove(file, offset, ID)),
    );
  },
});
