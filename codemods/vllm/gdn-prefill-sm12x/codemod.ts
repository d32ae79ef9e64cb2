/**
 * The prefill of gated delta nets takes FlashInfer's kernel on SM12x, where the pinned FlashInfer has one.
 *
 * Shapes of `_resolve_gdn_prefill_backend`:
 *  -   – 2026-08-13     the pinned FlashInfer has no kernel that GB10 can load (0.6.16 is the first)
 *  G1  2026-08-14 –     9.0, and the family of 10.0 with head_k_dim 128 and CUDA 13; SM12x runs Triton
 */
import {
  calleeName,
  children,
  type Document,
  descendants,
  field,
  indentAt,
  insertLinesAfter,
  isSafe,
  type Known,
  lineStart,
  type Meaning,
  mark,
  moduleFunctions,
  type Node,
  onPlatform,
  PythonRun,
  textOf,
} from '../../../src/api.js';
import { type Place, places, type Said } from '../../_families/places.js';
import { flashInferPin, isBefore } from '../_shared/flashinfer-pin.js';

const ID = 'vllm/gdn-prefill-sm12x';
const FIRST = [0, 6, 16];

interface Question {
  readonly capability: number;
  readonly headDim: number;
  readonly cuda: number;
  readonly requested: string;
}

/** The backend that the function chooses. */
function chosen(fn: Node, text: string, { capability, headDim, cuda, requested }: Question): Known {
  const meaning: Meaning = (node, own, value) => {
    const name = node.type === 'call' ? calleeName(node, own) : '';
    if (name === 'isinstance' || name === 'is_cuda') return true;
    if (name === 'get') return requested;
    if (name === 'getattr') return headDim;
    return name === 'get_cuda_runtime_major' ? cuda : onPlatform(capability)(node, own, value);
  };
  const result = new PythonRun(text, meaning).result(field(fn, 'body'));
  return Array.isArray(result) ? result.at(-1) : result;
}

/** The questions that must be answered alike before and after, and those about GB10. */
const auto = { headDim: 128, cuda: 13, requested: 'auto' };
const OTHERS: readonly (readonly [Question, string])[] = [
  [{ ...auto, capability: 90 }, 'flashinfer'],
  [{ ...auto, capability: 100 }, 'flashinfer'],
  [{ ...auto, capability: 100, requested: 'cutedsl' }, 'cutedsl'],
  [{ ...auto, capability: 89 }, 'triton'],
  [{ ...auto, capability: 121, headDim: 64 }, 'triton'],
  [{ ...auto, capability: 121, cuda: 12 }, 'triton'],
  [{ ...auto, capability: 121, requested: 'cutedsl' }, 'triton'],
  [{ ...auto, capability: 121, requested: 'triton' }, 'triton'],
];

interface ResolvePlace extends Place {
  /** The arm for the family of 10.0, behind which one for SM12x goes. */
  readonly arm: Node | undefined;
}

function find({ root, file: { text } }: Document): ResolvePlace[] {
  return moduleFunctions(root, '_resolve_gdn_prefill_backend', text).map((node) => {
    const arms = descendants(node, 'elif_clause').filter((arm) =>
      /is_device_capability_family\(\s*100\s*\)/.test(textOf(field(arm, 'condition')!, text)),
    );
    return { node, arm: arms.length === 1 ? arms[0] : undefined };
  });
}

function judge({ node, arm }: ResolvePlace, { file: { text } }: Document): Said {
  if (OTHERS.some(([question, answer]) => chosen(node, text, question) !== answer))
    return ['unknown', 'the backend is chosen in another way'];
  const spark = [120, 121].map((capability) => chosen(node, text, { ...auto, capability }));
  if (spark.every((answer) => answer === 'flashinfer'))
    return ['right', 'SM12x takes the kernel of FlashInfer'];
  const last = arm && children(arm.parent ?? undefined).at(-1)?.id === arm.id && isSafe(arm);
  return [
    last && spark.every((answer) => answer === 'triton') ? 'wrong' : 'unknown',
    'SM12x takes the kernel of Triton',
  ];
}

export default places<ResolvePlace>({
  id: ID,
  project: 'vllm',
  title: 'Gated delta nets are prefilled by FlashInfer on SM12x',
  why: 'Three of four layers of Qwen3.5 and later are prefilled by Triton on GB10, although the pinned FlashInfer has a kernel for it.',
  effect: { kind: 'slow', concerns: 'models with gated delta nets (Qwen3-Next, Qwen3.5 and later)' },
  references: [
    { kind: 'pull-request', ref: '#55715', date: '2026-09-07', note: 'the same gate, measured on GB10' },
    {
      kind: 'commit',
      ref: 'flashinfer@3caf5d2bf',
      date: '2026-07-24',
      note: 'the kernel is compiled for GB10 (v0.6.16)',
    },
  ],
  retire: 'when upstream admits SM12x',
  upstreamStatus: 'Submitted [https://github.com/vllm-project/vllm/pull/55715]',

  language: 'python',
  paths: /^vllm\/model_executor\/.*(?:gdn|linear_attn)[^/]*\.py$/,
  content: /\bdef _resolve_gdn_prefill_backend\b/,
  async before(context) {
    const pin = await flashInferPin(context);
    if (!pin)
      return {
        absent:
          'no requirement (METADATA, requirements/cuda.txt, setup.py) pins a version of flashinfer-python',
      };
    if (!isBefore(pin.version, FIRST)) return undefined;
    return {
      absent: `FlashInfer ${pin.name}, which the requirements pin, has no prefill of gated delta nets that GB10 can load: 0.6.16 is the first with one`,
    };
  },
  find,
  judge,
  edit({ arm }, { file }) {
    const { text } = file;
    const platform = /\b(\w+)\.is_device_capability_family/.exec(textOf(arm!, text))![1];
    const body = field(arm, 'consequence')!;
    const step = indentAt(text, body.startIndex).slice(indentAt(text, arm!.startIndex).length);
    // The arm stands at the place of the `elif`, behind its block.
    const range = { startIndex: lineStart(text, arm!.startIndex), endIndex: arm!.endIndex };
    return [
      insertLinesAfter(file, range, [
        'elif (',
        `${step}${platform}.is_device_capability_family(120)`,
        `${step}and head_k_dim == 128`,
        `${step}and ${platform}.get_cuda_runtime_major() >= 13`,
        '):',
        `${step}# ${mark(ID)}: FlashInfer's own kernel; CuteDSL's is for SM100`,
        `${step}supports_flashinfer = True`,
      ]),
    ];
  },
  absent: 'nothing below vllm/model_executor/ defines _resolve_gdn_prefill_backend',
  reason: {
    wrong: 'SM12x is prefilled by Triton, although the pinned FlashInfer has a kernel',
    right: 'SM12x takes the kernel of FlashInfer',
  },
});
