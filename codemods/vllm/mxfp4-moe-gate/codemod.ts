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
  type Document,
  defineCodemod,
  descendants,
  type Edit,
  field,
  indentAt,
  isSafe,
  type JudgeContext,
  type Node,
  newlineOf,
  type Site,
  search,
  textOf,
} from '../../../src/api.js';
import { isMarked, markAbove, withMarks } from '../_shared/marks.js';
import { pythonValue } from '../_shared/python-condition.js';
import { platformLeaf } from '../_shared/python-platform.js';

const ID = 'vllm/mxfp4-moe-gate';
const SWITCH = 'VLLM_USE_FLASHINFER_MOE_MXFP4_MXFP8_CUTLASS';

interface GateSite extends Site {
  /** The test of the device, and what it is called on. */
  readonly end: number;
  readonly platform: string;
}

/** FlashInfer as the tree pins it: `[0, 6, 3]`. Its CUTLASS kernel for SM12x came with v0.5.3. */
async function flashInfer(context: JudgeContext): Promise<readonly number[]> {
  for (const path of ['requirements/cuda.txt', 'setup.py']) {
    const { text = '' } = (await context.tree.read(path)) ?? {};
    const match = /flashinfer-python\s*==\s*(\d+)\.(\d+)\.(\d+)/.exec(text);
    if (match) return match.slice(1).map(Number);
  }
  return [];
}

const isBefore = (version: readonly number[], other: readonly number[]): boolean => {
  const at = version.findIndex((part, index) => part !== other[index]);
  return at >= 0 && version[at]! < other[at]!;
};

function siteIn(branch: Node, { file }: Document): GateSite {
  const { path, text } = file;
  const condition = field(branch, 'condition')!;
  const admits = (capability: number): number | undefined =>
    pythonValue(condition, text, (node, own) => {
      const spelled = textOf(node, own);
      if (spelled.includes(SWITCH) || /\bhas_flashinfer\w*\s*\(\s*\)$/.test(spelled)) return 1;
      return platformLeaf(capability)(node, own);
    });
  const base = { path, offset: condition.startIndex, end: 0, platform: '' };
  const shown = 'the choice of the CUTLASS MXFP4-MXFP8 backend';
  if (admits(100) !== 1 || admits(90) !== 0)
    return { ...base, state: 'unknown', what: `${shown}, in other words` };
  if (admits(120) === 1 && admits(121) === 1) {
    const ours = isMarked(text, condition.startIndex, condition.endIndex, ID);
    return { ...base, state: ours ? 'ours' : 'right', what: `${shown} is open to SM12x` };
  }
  const tests = descendants(condition, 'call').filter((call) =>
    /\.is_device_capability(?:_family)?\s*\(\s*100\s*\)$/.test(textOf(call, text)),
  );
  const [test] = tests;
  if (!test || tests.length !== 1 || !isSafe(condition) || admits(120) !== 0) {
    return { ...base, state: 'unknown', what: `${shown}, in other words` };
  }
  const platform = textOf(field(field(test, 'function'), 'object')!, text);
  return {
    ...base,
    offset: test.startIndex,
    end: test.endIndex,
    platform,
    state: 'wrong',
    what: `${shown} is for SM100 only`,
  };
}

export default defineCodemod<GateSite>({
  id: ID,
  project: 'vllm',
  title: 'CUTLASS MXFP4 MoE on SM12x',
  why: `Up to v0.18, ${SWITCH}=1 does nothing on GB10: gpt-oss stays on Marlin although FlashInfer has the kernel.`,
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
      /^vllm\/.*\/mxfp4\.py$/,
      new RegExp(`def get_mxfp4_backend\\b[\\s\\S]*${SWITCH}`),
    );
    const absent = 'no backend is chosen by device in mxfp4.py';
    const pinned = await flashInfer(context);
    if (files.length > 0 && isBefore(pinned, [0, 5, 3])) {
      const reason = `FlashInfer ${pinned.join('.')}, which this revision pins, has no such kernel for SM12x`;
      return { sites: [], absent: reason, reason };
    }
    const documents = await Promise.all(files.map((file) => context.parse(file, 'python')));
    const sites = documents.flatMap((document) => {
      const { text } = document.file;
      return descendants(document.root, 'if_statement', 'elif_clause')
        .filter((branch) => textOf(field(branch, 'condition')!, text).includes(SWITCH))
        .map((branch) => siteIn(branch, document));
    });
    const wrong = sites.some((site) => site.state === 'wrong');
    return {
      sites,
      absent,
      reason: wrong ? 'the backend is closed to SM12x' : 'the backend is open to SM12x',
    };
  },

  async rewrite(sites, context) {
    const hasFamily = /def is_device_capability_family\b/.test(
      (await context.tree.read('vllm/platforms/interface.py'))?.text ?? '',
    );
    const edits: Edit[] = [];
    const marks: Edit[] = [];
    for (const { path, offset, end, platform } of sites) {
      const { text } = (await context.tree.read(path))!;
      const others = hasFamily
        ? [`or ${platform}.is_device_capability_family(120)`]
        : [120, 121].map((capability) => `or ${platform}.is_device_capability(${capability})`);
      const indent = indentAt(text, offset);
      const lines = ['(', `    ${text.slice(offset, end)}`, ...others.map((line) => `    ${line}`), ')'];
      edits.push({ path, start: offset, end, text: lines.join(newlineOf(text) + indent) });
      marks.push(markAbove(path, text, offset, ID, '#'));
    }
    return withMarks(edits, marks);
  },
});
