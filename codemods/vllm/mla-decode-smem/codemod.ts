/**
 * Triton's grouped decode for MLA stays within GB10's 101,376 bytes of shared memory.
 *
 * Shapes, in `_decode_grouped_att_m_fwd`:
 *  T0  – v0.19     K and V are loaded apart: 89,088 bytes at most (bfloat16), 87,040 with an FP8 cache
 *  T1  v0.20 –     one load serves both (`IS_MLA`): 63,488 bytes, but 102,400 with an FP8 cache
 */
import {
  assignmentsTo,
  children,
  type Document,
  descendants,
  field,
  insertLinesAfter,
  isOurs,
  type Known,
  type Meaning,
  mark,
  type Node,
  onPlatform,
  PythonRun,
  type SourceFile,
  textOf,
} from '../../../src/api.js';
import { type Judged, parts, type Said } from '../../_families/places.js';

const ID = 'vllm/mla-decode-smem';

/** Shared memory in bytes by rows of a tile and pipeline stages: MLA with an FP8 cache, measured for sm_121. */
const BYTES: Readonly<Record<string, number>> = {
  '32,2': 102_400,
  '32,1': 83_968,
  '16,2': 60_416,
  '16,1': 51_200,
};
const LIMIT = 101_376;

/** A launch `kernel[grid](…, IS_MLA=…)`, by keyword. */
function keywords(launch: Node, text: string): Map<string, Node> {
  const found = descendants(launch, 'keyword_argument').map(
    (node) => [textOf(field(node, 'name')!, text), field(node, 'value')!] as const,
  );
  return new Map(found);
}

/** What a launch is asked for: who it is for, and a device. */
interface Question {
  readonly isMla: boolean;
  /** Bytes of a value in the cache. */
  readonly size: number;
  readonly capability: number;
}

/** A DeepSeek-like model with an FP8 cache on GB10. */
const SPARK: Question = { isMla: true, size: 1, capability: 121 };

/** Whom a smaller tile would only cost time. */
const OTHERS: readonly Question[] = [
  { ...SPARK, isMla: false },
  { ...SPARK, size: 2 },
  { ...SPARK, capability: 100 },
];

/** Inputs of a model of DeepSeek's sizes. */
const inputsOf =
  ({ size, capability }: Question): Meaning =>
  (node, text, value) => {
    const spelled = textOf(node, text).replace(/\s+/g, '');
    if (/^k_buffer\.(?:element_size\(\)|itemsize|dtype\.itemsize)$/.test(spelled)) return size;
    if (/^k_buffer\.shape\[-1\]$/.test(spelled)) return 576;
    if (/^v_buffer\.shape\[-1\]$/.test(spelled)) return 512;
    if (/\.is_rocm\(\)$/.test(spelled)) return false;
    if (/\.is_cuda\(\)$/.test(spelled)) return true;
    const power = /(?:^|\.)next_power_of_2\(/.test(spelled) && field(node, 'arguments')?.namedChildren[0];
    const width = power ? value(power) : undefined;
    return typeof width === 'number'
      ? 2 ** Math.ceil(Math.log2(width))
      : onPlatform(capability)(node, text, value);
  };

function tileOf(fn: Node, launch: Node, file: SourceFile): Judged | undefined {
  const { text } = file;
  const given = keywords(launch, text);
  const rows = given.get('BLOCK_N');
  if (!given.has('IS_MLA') || rows?.type !== 'identifier') return undefined;
  const name = textOf(rows, text);
  const stages = given.get('num_stages');
  const tile = (question: Question): readonly Known[] => {
    const inputs = new Map<string, Known>([
      ['is_mla', question.isMla],
      ['is_hip_', false],
    ]);
    const run = new PythonRun(text, inputsOf(question), inputs);
    run.run(field(fn, 'body'));
    return [run.value(rows), stages && run.value(stages)];
  };
  const [n, s] = tile(SPARK);
  const bytes = BYTES[`${n},${s}`];
  const last = children(field(fn, 'body'))
    .filter((child) => assignmentsTo(child, name, text).length > 0)
    .at(-1);
  const place = { node: last ?? launch, marked: fn };
  if (bytes === undefined)
    return { ...place, said: ['unknown', `a tile of ${n} rows and ${s} stages, never measured`] };
  if (isOurs(file, ID, fn) && OTHERS.some((question) => [undefined, n].includes(tile(question)[0])))
    return { ...place, said: ['unknown', 'our own edit, changed since: the tile is as small elsewhere'] };
  const editable = last && /^is_hip_\b.*current_platform/m.test(text);
  const state = bytes <= LIMIT ? 'right' : editable ? 'wrong' : 'unknown';
  const said: Said = [state, `${n} rows, ${s} stages: ${bytes} bytes with an FP8 cache`];
  const lines = [
    `# ${mark(ID)}`,
    '# An FP8 cache is widened in shared memory: 102400 bytes, of 101376.',
    'if (',
    '    is_mla',
    '    and k_buffer.element_size() == 1',
    '    and current_platform.is_device_capability_family(120)',
    '):',
    `    ${name} = 16`,
  ];
  return { ...place, said, edits: last ? [insertLinesAfter(file, last, lines)] : [] };
}

/** Launches of a grouped kernel, `kernel[grid](...)`. */
function tiles({ root, file }: Document): Judged[] {
  const isGrouped = (callee: Node | undefined): boolean =>
    callee?.type === 'subscript' && /grouped/.test(textOf(callee, file.text));
  return descendants(root, 'function_definition').flatMap((fn) =>
    descendants(fn, 'call')
      .filter((call) => isGrouped(field(call, 'function')))
      .flatMap((launch) => tileOf(fn, launch, file) ?? []),
  );
}

export default parts({
  id: ID,
  project: 'vllm',
  title: "MLA decode within GB10's shared memory",
  why: 'With an FP8 KV cache, Triton\'s MLA decode asks for 102,400 bytes of shared memory; GB10 has 101,376. Every request fails with "out of resource: shared memory".',
  effect: { kind: 'stops', concerns: 'MLA models with an FP8 KV cache' },
  references: [
    { kind: 'commit', ref: 'd9408ffba', date: '2026-04-02', note: 'one load for K and V (#33529), v0.20.0' },
    {
      kind: 'measurement',
      ref: 'Triton 3.6.0 and 3.8.0, sm_121',
      note: 'Lk 576, FP8 cache: 102,400 bytes with 32 rows and 2 stages, 60,416 with 16 rows',
    },
  ],
  retire: 'when upstream sizes the tile by the shared memory of the device',

  parts: [
    {
      language: 'python',
      paths: /^vllm\/.*triton_decode_attention\.py$/,
      content: /_decode_grouped_att_m_fwd\b/,
      look: tiles,
    },
  ],
  absent: 'no MLA decode that serves K and V from one load: its tiles fit',
  reason: {
    wrong: 'an FP8 cache needs more shared memory than GB10 has',
    right: "the tile fits GB10's shared memory",
  },
});
