/**
 * The automatic FP8 GEMM does not take cuDNN on SM12x where cuDNN builds a plan for every shape.
 *
 * Shapes of `_heuristic_func_bmm_fp8`:
 *  C0  v0.5.x                cuDNN on every device; nothing asks for SM12x yet
 *  C1  v0.6.0 – v0.6.17      the same, with a name for SM12x
 *  C2  v0.6.18rc1 –          on SM12x only where cuDNN can override the shape of a plan
 */
import {
  beyondParentheses,
  calleeName,
  callsOf,
  type Document,
  descendants,
  field,
  functionsNamed,
  insert,
  type Known,
  type Meaning,
  markAbove,
  type Node,
  PythonRun,
  positional,
  pythonValue,
  same,
  search,
  textOf,
} from '../../../src/api.js';
import { type Place, places, type Said } from '../../_families/places.js';

const ID = 'flashinfer/bmm-fp8-cudnn';
const PATHS = /^flashinfer\/(?:\w+\/)*gemm\w*\.py$/;
const CONTENT = /\bdef _heuristic_func_bmm_fp8\b/;
const OVERRIDE = '_is_cudnn_override_shape_available';

interface HeuristicPlace extends Place {
  readonly fn: Node;
  /** The condition under which cuDNN becomes a candidate. */
  readonly condition: Node | undefined;
}

function find({ root, file: { text } }: Document): HeuristicPlace[] {
  return functionsNamed(root, '_heuristic_func_bmm_fp8', text).map((fn) => {
    const offers = descendants(fn, 'if_statement').filter(
      (at) =>
        !field(at, 'alternative') &&
        /^\w+\.append\(\s*["']cudnn["']\s*\)$/.test(textOf(field(at, 'consequence')!, text).trim()),
    );
    const condition = offers.length === 1 ? field(offers[0], 'condition') : undefined;
    return { node: condition ?? fn, fn, condition, marked: fn };
  });
}

/** The candidates for FP8 (e4m3) on a device, with every backend at hand and a cuDNN that cannot override shapes. */
function candidates(fn: Node, text: string, sm: string): string[] {
  const found: string[] = [];
  const meaning: Meaning = (node, own, value): Known => {
    const spelled = textOf(node, own);
    if (spelled === 'CUDNN_AVAILABLE') return true;
    if (spelled === 'suitable_backends') return ['cudnn', 'cublas', 'cutlass'];
    if (node.type === 'attribute') return spelled.endsWith('.dtype') ? 'torch.float8_e4m3fn' : spelled;
    const name = node.type === 'call' ? calleeName(node, own) : '';
    const [first, second] = name === '' ? [] : positional(field(node, 'arguments'));
    if (name === OVERRIDE) return false;
    if (name === '_match_sm_version') {
      const versions = second && pythonValue(second, own, () => undefined);
      return Array.isArray(versions) ? versions.some((version) => same(version, sm)) : undefined;
    }
    if (name === 'append' && first) found.push(String(value(first)));
    return name === 'append' ? null : undefined;
  };
  new PythonRun(text, meaning).run(field(fn, 'body'));
  return found;
}

/** How the function asks for SM12x, or can ask. */
function sm12xTest(fn: Node, text: string): string | undefined {
  const asks = callsOf(fn, '_match_sm_version', text);
  const versions = (call: Node) => {
    const [, list] = positional(field(call, 'arguments'));
    return list && String(pythonValue(list, text, () => undefined));
  };
  const own = asks
    .filter((call) => versions(call) === '120,121')
    .map((call) => beyondParentheses(call).parent);
  const name = own.find(
    (holder) => holder?.type === 'assignment' && field(holder, 'left')?.type === 'identifier',
  );
  if (name) return textOf(field(name, 'left')!, text);
  const [first] = asks;
  const [device] = first ? positional(field(first, 'arguments')) : [];
  if (!first || !device || !/^\w+\.device$/.test(textOf(device, text))) return undefined;
  return `${textOf(field(first, 'function')!, text)}(${textOf(device, text)}, ["120", "121"])`;
}

/** The condition as an operand of `and`. */
const operand = (condition: Node): boolean => {
  const at = condition.type === 'boolean_operator' ? field(condition, 'operator')?.type : undefined;
  return at === 'or' || /^(?:conditional_expression|lambda|named_expression)$/.test(condition.type);
};

function judge({ fn, condition }: HeuristicPlace, { file: { text } }: Document): Said {
  const [wide, spark] = ['100', '121'].map((sm) => candidates(fn, text, sm));
  const known = wide!.includes('cudnn') && wide!.includes('cublas') && spark!.includes('cublas');
  const what = `FP8 on SM12x: ${spark!.join(', ') || 'nobody knows which backend'}`;
  if (!known) return ['unknown', what];
  if (!spark!.includes('cudnn')) return ['right', what];
  const editable = condition && sm12xTest(fn, text);
  return [editable ? 'wrong' : 'unknown', what];
}

export default places<HeuristicPlace>({
  id: ID,
  project: 'flashinfer',
  title: 'The automatic FP8 GEMM leaves cuDNN out on SM12x',
  why: 'On SM12x cuDNN builds a plan of its own for every shape, a quarter of a second each while requests wait, and faults asynchronously: "Plan index is invalid" at graph capture, misaligned addresses under load.',
  effect: { kind: 'stops', concerns: 'FP8 models that take bmm_fp8 of FlashInfer' },
  references: [
    { kind: 'commit', ref: '3e96dfa35', date: '2026-08-06', note: 'upstream (#4165, first in v0.6.18rc1)' },
    {
      kind: 'issue',
      ref: 'vllm#45912',
      note: 'the plan index at graph capture; that it is one cause is not established',
    },
  ],
  retire: 'when no pin is older than v0.6.18',
  upstreamStatus: 'Backport [3e96dfa35]',

  language: 'python',
  paths: PATHS,
  content: CONTENT,
  find,
  judge,
  async before(context) {
    const heuristics = await search(context, PATHS, CONTENT);
    const helpers = await search(context, PATHS, new RegExp(`\\bdef ${OVERRIDE}\\b`));
    const apart = helpers.length > 0 && heuristics.some(({ text }) => !text.includes(OVERRIDE));
    return heuristics.length > 0 && apart
      ? { drifted: `${heuristics[0]!.path} does not know ${OVERRIDE}, which another file has` }
      : undefined;
  },
  edit({ fn, condition }, { file }) {
    const overrides = new RegExp(`\\b${OVERRIDE}\\b`).test(file.text);
    const test = sm12xTest(fn, file.text)!;
    const added = overrides ? `(not ${test} or ${OVERRIDE}())` : `not ${test}`;
    const [open, close] = operand(condition!) ? ['(', ')'] : ['', ''];
    return [
      ...(open === '' ? [] : [insert(file, condition!.startIndex, open)]),
      insert(file, condition!.endIndex, `${close} and ${added}`),
      markAbove(file, condition!.startIndex, ID),
    ];
  },
  absent: 'no gemm.py defines _heuristic_func_bmm_fp8, which chooses a backend',
  reason: {
    wrong: 'cuDNN is a candidate for FP8 on SM12x, where it builds a plan for every shape',
    right: 'cuDNN is no candidate for FP8 on SM12x where it builds a plan for every shape',
  },
});
