/**
 * On SM12x CUTLASS is given the block FP8 weights that it takes; the next kernel gets the others.
 *
 * Shapes of the choice:
 *  -   – v0.10.0            no block FP8 kernel for SM12x
 *  B1  v0.10.1 – v0.11.0    `apply_w8a8_block_fp8_linear` gives CUTLASS every shape from 10.0 on
 *  B2  v0.11.1 – v0.19      `W8A8BlockFp8LinearOp` does, with or without a scale at hand: it does not know the weight when it chooses
 *  B3  v0.20.0 –            `CutlassFp8BlockScaledMMKernel.can_implement` does, and has the shape at hand
 */
import {
  ancestor,
  assignmentsTo,
  type Edit,
  insertLines,
  insertLinesAfter,
  isOurs,
  lineEnd,
  lineStart,
  mark,
  methods,
  type Node,
  nameOf,
  parameters,
  type SourceFile,
  search,
  statements,
  textOf,
} from '../../../src/api.js';
import { places, type Said } from '../../_families/places.js';
import { type ChoicePlace, find, judge } from './judge.js';

const ID = 'vllm/block-fp8-shape-gate';
const PATHS = /^vllm\/(?:.*\/)?(?:fp8_utils|scaled_mm\/\w*cutlass\w*)\.py$/;
const WHY = [`# ${mark(ID)}`, '# On SM12x CUTLASS takes weights of whole blocks of 128 rows alone.'];
const IS_SM12X = 'self.is_sm12x';
const SUPPORTED = 'cutlass_block_fp8_supported';

/** True where a statement has its lines for itself. */
function alone({ startIndex, endIndex }: Node, text: string): boolean {
  const before = text.slice(lineStart(text, startIndex), startIndex);
  return before.trim() === '' && /^\s*(?:#.*)?$/.test(text.slice(endIndex, lineEnd(text, endIndex)));
}

/** Before the parameter is first asked for: CUTLASS counts as not supported. */
function inFunction(fn: Node, file: SourceFile): Edit[] {
  const { text } = file;
  const first = statements(fn).find((at) => new RegExp(`\\b${SUPPORTED}\\b`).test(textOf(at, text)));
  if (!first || !alone(first, text) || !parameters(fn, text).includes(SUPPORTED)) return [];
  return [
    insertLines(file, first.startIndex, [
      ...WHY,
      'if current_platform.has_device_capability(120) and weight.shape[0] % 128:',
      `    ${SUPPORTED} = False`,
    ]),
  ];
}

/** In the method itself, which is traced: the device is asked for in the constructor, as Hopper is. */
function inMethod(fn: Node, file: SourceFile): Edit[] {
  const { text } = file;
  const cls = ancestor(fn, 'class_definition')!;
  const [first] = statements(fn);
  const hopper = assignmentsTo(cls, 'self.is_hopper', text).map((at) => at.parent!);
  const triton = methods(cls).find((other) => nameOf(other, text) === '_run_triton');
  const given = parameters(fn, text);
  const same = triton && parameters(triton, text).join() === given.join();
  if (!first || hopper.length !== 1 || !alone(hopper[0]!, text) || !alone(first, text) || !same) return [];
  if (!/^self,input_2d,weight,weight_scale(?:,input_scale)?$/.test(given.join()) || text.includes(IS_SM12X))
    return [];
  return [
    insertLinesAfter(file, hopper[0]!, [`${IS_SM12X} = current_platform.has_device_capability(120)`]),
    insertLines(file, first.startIndex, [
      ...WHY,
      `if ${IS_SM12X} and weight.shape[0] % 128:`,
      `    return self._run_triton(${given.slice(1).join(', ')})`,
    ]),
  ];
}

/** Before the last word, which is yes: the next kernel of the list is asked. */
function inClass(fn: Node, file: SourceFile): Edit[] {
  const { text } = file;
  const last = statements(fn).at(-1);
  const config = parameters(fn, text)[1];
  const yes = last && /^return\s*\(?\s*True\s*,\s*None\s*,?\s*\)?$/.test(textOf(last, text));
  if (!last || !yes || !config || !alone(last, text)) return [];
  return [
    insertLines(file, last.startIndex, [
      ...WHY,
      'if (',
      '    current_platform.is_device_capability_family(120)',
      `    and ${config}.weight_shape[0] % 128 != 0`,
      '):',
      '    return False, "Supports only whole blocks of 128 output features on SM12x."',
    ]),
  ];
}

function edits({ age, fn }: ChoicePlace, file: SourceFile): Edit[] {
  if (!/^from vllm\.platforms import .*\bcurrent_platform\b/m.test(file.text)) return [];
  return { function: inFunction, method: inMethod, class: inClass }[age](fn, file);
}

export default places<ChoicePlace>({
  id: ID,
  project: 'vllm',
  title: 'On SM12x CUTLASS gets block FP8 weights of whole blocks alone',
  why: 'CUTLASS\'s block FP8 GEMM for SM120 refuses a weight whose rows are no multiple of 128, and vLLM offers it every shape: the model stops in its first pass with "Invalid status", where Triton would take the layer.',
  effect: {
    kind: 'stops',
    concerns: 'block FP8 models with a layer not in whole blocks of 128 rows (DeepSeek: kv_a_proj, 576)',
  },
  references: [
    { kind: 'issue', ref: '#47990', date: '2026-07-08', note: '576 and 16 rows on SM120; open' },
    { kind: 'pull-request', ref: '#48588', note: 'pads the weight instead; open' },
    {
      kind: 'commit',
      ref: '3c79b1a8bf',
      date: '2026-08-13',
      note: 'the B12X kernel beside it asks for multiples of 128 of the same shape (#52016)',
    },
    {
      kind: 'measurement',
      ref: 'CUTLASS v4.4.2, nvcc 13.0.88',
      note: 'can_implement of both configurations: yes for 512 rows, no for 576, 2112, 64 and 16',
    },
  ],
  retire: 'when upstream pads such weights on SM12x, or gives them to another kernel',
  upstreamStatus: 'Pending [#47990]',

  language: 'python',
  paths: PATHS,
  content: /\bdispatch_w8a8_blockscale_func\b|\b(?:cutlass_scaled_mm|padded_cutlass)\b/,
  // The later choices came after the kernel: they are judged where its source is not at hand as well.
  async before(context) {
    const first = await search(context, PATHS, /^def apply_w8a8_block_fp8_linear\b/m);
    if (first.length === 0) return undefined;
    const dispatch = /blockwise_sm120_fp8_dispatch/;
    const kernels = await search(context, /^csrc\/.*blockwise_sm120\w*\.cuh$/, dispatch);
    return kernels.length === 0
      ? { absent: 'no source holds blockwise_sm120_fp8_dispatch: no block FP8 kernel for SM12x' }
      : undefined;
  },
  find,
  judge(place, document): Said {
    const [state, what] = judge(place, document, isOurs(document.file, ID, place.fn));
    return [state === 'wrong' && edits(place, document.file).length === 0 ? 'unknown' : state, what];
  },
  edit: (place, { file }) => edits(place, file),
  absent:
    'no Python code that takes weight and weight_scale calls cutlass_scaled_mm or padded_cutlass, and no apply_block_scaled_mm does',
  reason: {
    wrong: 'CUTLASS gets block FP8 weights on SM12x that its kernel refuses',
    right: 'on SM12x CUTLASS gets block FP8 weights of whole blocks alone',
  },
});
