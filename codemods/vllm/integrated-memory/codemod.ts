/**
 * Free memory on a GPU that shares memory with the CPU is what the system can make available, page cache included.
 *
 * Shapes, in `MemorySnapshot.measure`:
 *  F0  v0.9.0              no free memory in the snapshot
 *  F1  v0.9.1 – v0.11.0    vllm/utils.py, vllm/utils/__init__.py: `mem_get_info()` and nothing else
 *  F2  v0.11.1 – v0.19     vllm/utils/mem_utils.py: a list of capabilities, 12.1 among them
 *  F3  v0.20 –             asks whether the GPU is integrated
 */
import {
  bare,
  classes,
  type Document,
  descendants,
  field,
  functionsNamed,
  insertLinesAfter,
  mark,
  type Node,
  nameOf,
  textOf,
} from '../../../src/api.js';

import { type Place, places, type Said } from '../../_families/places.js';

const ID = 'vllm/integrated-memory';

interface SnapshotPlace extends Place {
  readonly measure: Node;
  /** Assignments of available memory further down. */
  readonly corrections: readonly Node[];
}

/** The statement that takes the free memory from the driver. */
function driverStatement(measure: Node, text: string): Node | undefined {
  const assignment = descendants(measure, 'assignment').find((node) => {
    const [left, right] = [field(node, 'left'), field(node, 'right')];
    return (
      left &&
      right &&
      /\bself\s*\.\s*free_memory\b/.test(textOf(left, text)) &&
      /\b(?:mem_get_info|get_memory_info)\s*\(/.test(textOf(right, text))
    );
  });
  return assignment?.parent?.type === 'expression_statement' ? assignment.parent : undefined;
}

/** True where a branch gives the free memory what the system can make available, on however many lines. */
function takesAvailable(branch: Node, text: string): boolean {
  return descendants(branch, 'assignment').some((node) => {
    const [left, right] = [field(node, 'left'), bare(field(node, 'right'))];
    const squeezed = (part: Node | undefined): string => (part ? textOf(part, text).replace(/\s+/g, '') : '');
    return squeezed(left) === 'self.free_memory' && /\bvirtual_memory\(\)\.available\b/.test(squeezed(right));
  });
}

/** True where a condition holds on GB10: it asks for an integrated GPU, or a list with 12.1. */
function holdsOnGB10(condition: Node, measure: Node, text: string): boolean {
  const asked = textOf(condition, text);
  if (/\bis_integrated(?:_gpu)?\b/.test(asked)) return true;
  const lists = descendants(measure, 'assignment').filter((node) => {
    const left = field(node, 'left');
    return left?.type === 'identifier' && new RegExp(`\\b${textOf(left, text)}\\b`).test(asked);
  });
  return [asked, ...lists.map((node) => textOf(node, text))].some((part) =>
    /\(\s*12\s*,\s*1\s*\)/.test(part),
  );
}

function placeOf(measure: Node, text: string): SnapshotPlace | undefined {
  const node = driverStatement(measure, text);
  if (!node) return undefined;
  const corrections = descendants(measure, 'if_statement').filter(
    (at) => at.startIndex > node.endIndex && takesAvailable(field(at, 'consequence')!, text),
  );
  const endIndex = corrections[0]?.startIndex ?? node.endIndex;
  return { node, measure, corrections, marked: { startIndex: node.startIndex, endIndex } };
}

function find({ root, file: { text } }: Document): SnapshotPlace[] {
  return classes(root)
    .filter((cls) => nameOf(cls, text) === 'MemorySnapshot')
    .flatMap((cls) => functionsNamed(cls, 'measure', text))
    .flatMap((measure) => placeOf(measure, text) ?? []);
}

function judge({ measure, corrections }: SnapshotPlace, { file: { text } }: Document): Said {
  const [correction, ...more] = corrections;
  if (!correction) {
    if (/virtual_memory/.test(textOf(measure, text))) {
      return ['unknown', 'available memory is asked for, in another way'];
    }
    return [
      /^import psutil\b/m.test(text) ? 'wrong' : 'unknown',
      "free memory is the driver's, without the page cache",
    ];
  }
  return more.length > 0 || !holdsOnGB10(field(correction, 'condition')!, measure, text)
    ? ['unknown', 'available memory is used, on devices that are not known']
    : ['right', 'free memory is the available memory on GB10'];
}

export default places<SnapshotPlace>({
  id: ID,
  project: 'vllm',
  title: 'Free memory on GB10 is the available memory',
  why: 'cudaMemGetInfo does not count the page cache as free. On unified memory, loading a checkpoint fills it, and vLLM stops with "Free memory on device is less than desired GPU memory utilization".',
  effect: { kind: 'stops', concerns: 'models whose checkpoint fills the page cache' },
  references: [
    {
      kind: 'commit',
      ref: '4f8f47e87',
      date: '2025-10-03',
      note: 'available memory for a list of capabilities with 12.1 (#26098), v0.11.1',
    },
    {
      kind: 'commit',
      ref: '995e9a209e',
      date: '2026-04-14',
      note: 'asks the device whether it is integrated (#35356), v0.20.0',
    },
  ],
  retire: 'when no tree of yours is older than v0.11.1',

  language: 'python',
  paths: /^vllm\/utils(?:\.py|\/[^/]*\.py)$/,
  content: /class MemorySnapshot\b/,
  find,
  judge,
  edit: ({ node }, { file }) => [
    insertLinesAfter(file, node, [
      `# ${mark(ID)}`,
      '# CPU and GPU share the memory: the page cache can be had back.',
      'if torch.cuda.get_device_properties(',
      '        torch.cuda.current_device()).is_integrated:',
      '    self.free_memory = psutil.virtual_memory().available',
    ]),
  ],
  absent: 'no MemorySnapshot below vllm/ takes self.free_memory from the driver',
  reason: {
    wrong: 'the page cache counts as used memory',
    right: 'free memory is what the system can make available',
  },
});
