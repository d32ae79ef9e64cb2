/**
 * The memory of a GPU that NVML does not know is the host's.
 *
 * Shapes of `get_device_total_memory` of the class that asks NVML:
 *  N1  v0.6 –         `int(pynvml.nvmlDeviceGetMemoryInfo(handle).total)` and nothing else, in every release so far
 *  N2  2026-07-08 –   the same, with a caller that does not catch the error
 */
import {
  ancestor,
  callsOf,
  type Document,
  descendants,
  field,
  functionsNamed,
  indentAt,
  joinLines,
  mark,
  type Node,
  replace,
  textOf,
} from '../../../src/api.js';
import { type Place, places, type Said } from '../../_families/places.js';

const ID = 'vllm/nvml-total-memory';

interface MemoryPlace extends Place {
  readonly fn: Node;
}

/** The statement that asks NVML, in each method of that name that does. */
function find({ root, file: { text } }: Document): MemoryPlace[] {
  return functionsNamed(root, 'get_device_total_memory', text).flatMap((fn) => {
    const [call] = callsOf(fn, 'nvmlDeviceGetMemoryInfo', text);
    const node = call && ancestor(call, 'return_statement', 'expression_statement');
    return node ? [{ node, fn, marked: fn }] : [];
  });
}

/** Errors that an `except` around the call catches, and whether it then gives the host's memory. */
function judge({ node, fn }: MemoryPlace, { file: { text } }: Document): Said {
  const attempt = ancestor(node, 'try_statement');
  if (!attempt || attempt.startIndex < fn.startIndex) {
    const plain = node.type === 'return_statement' && node.parent?.id === field(fn, 'body')?.id;
    const what = 'NVML is asked, and on GB10 it raises NotSupported';
    return [
      plain && /\bnvmlDeviceGetMemoryInfo\(\w+\)\.total\b/.test(textOf(node, text)) ? 'wrong' : 'unknown',
      what,
    ];
  }
  const handlers = descendants(attempt, 'except_clause').filter(({ parent }) => parent?.id === attempt.id);
  const caught = handlers.find((handler) =>
    /\bNVMLError_NotSupported\b/.test(textOf(handler, text).split('\n')[0]!),
  );
  const gives = caught && descendants(caught, 'return_statement').map((found) => textOf(found, text));
  const host = /virtual_memory\(\)\.total|\bMemTotal\b|\.total_memory\b/;
  return gives?.length === 1 && host.test(textOf(caught!, text))
    ? ['right', 'a GPU that NVML has no memory of has the host’s']
    : ['unknown', 'an error of NVML is answered in another way'];
}

export default places<MemoryPlace>({
  id: ID,
  project: 'vllm',
  title: "The memory of a GPU that NVML does not know is the host's",
  why: 'NVML tells no memory of GB10: it raises NotSupported. vLLM swallows that and takes the defaults of the smallest GPU (2048 tokens and 256 sequences a batch instead of 8192 and 1024); with VLLM_ENABLE_STARTUP_PLAN=1 the worker dies.',
  effect: { kind: 'slow' },
  references: [
    { kind: 'pull-request', ref: '#57378', date: '2026-09-17', note: 'measured on GB10; open' },
    {
      kind: 'commit',
      ref: 'e97c3cb303',
      date: '2026-07-08',
      note: 'a second caller, which does not catch the error',
    },
    {
      kind: 'evaluation',
      ref: 'get_batch_defaults',
      note: 'v0.16.0, v0.20.0 and 017e9f4448, run with an NVML that raises',
    },
  ],
  retire: 'when upstream merges #57378 or its like',
  upstreamStatus: 'Submitted [https://github.com/vllm-project/vllm/pull/57378]',

  language: 'python',
  paths: /^vllm\/platforms\/cuda\.py$/,
  content: /\bnvmlDeviceGetMemoryInfo\b/,
  find,
  judge,
  edit({ node }, { file }) {
    const { text } = file;
    const indent = indentAt(text, node.startIndex);
    const lines = [
      `# ${mark(ID)}`,
      "# NVML has no memory of a GPU that shares the host's. psutil makes no CUDA",
      '# context, which this file must not do.',
      'try:',
      `    ${textOf(node, text)}`,
      'except pynvml.NVMLError_NotSupported:',
      '    import psutil',
      '',
      '    return psutil.virtual_memory().total',
    ];
    const shifted = lines.map((line, index) => (index === 0 || line === '' ? line : indent + line));
    return [replace(file, node, joinLines(shifted, text))];
  },
  absent: 'nothing in vllm/platforms/cuda.py returns the memory that nvmlDeviceGetMemoryInfo tells',
  reason: {
    wrong: 'NVML is asked for the memory of GB10, which it does not tell',
    right: 'a GPU that NVML has no memory of has the host’s',
  },
});
