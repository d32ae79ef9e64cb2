/**
 * What repacking weights leaves behind is given back where CPU and GPU share the memory.
 *
 * Shapes of the loop in `process_weights_after_loading`:
 *  U1  v0.6.4 – 2026-06-10   the caching allocator keeps it until PyTorch itself runs short
 *  U2  2026-06-11 –          released after each module, where memory is short
 */
import {
  calleeName,
  callsOf,
  children,
  type Document,
  descendants,
  field,
  insertLinesAfter,
  mark,
  moduleFunctions,
  type Node,
  positional,
  textOf,
} from '../../../src/api.js';
import { type Place, places, type Said } from '../../_families/places.js';

const ID = 'vllm/uma-weight-release';
const NAME = 'process_weights_after_loading';
const RELEASE = /^(?:release_device_memory_under_pressure|empty_cache)$/;

interface LoopPlace extends Place {
  /** The device that the weights are on. */
  readonly device: string;
  readonly loop: Node;
}

/** `with device_loading_context(module, device):` around what another object makes of the module, in a loop. */
function find({ root, file: { text } }: Document): LoopPlace[] {
  return moduleFunctions(root, NAME, text).flatMap((fn) =>
    descendants(fn, 'for_statement').flatMap((loop) =>
      descendants(loop, 'with_statement').flatMap((node): LoopPlace[] => {
        const [enter] = callsOf(node, 'device_loading_context', text);
        const [module, device] = positional(field(enter, 'arguments'));
        const processes = callsOf(node, NAME, text).some((call) => {
          const object = field(field(call, 'function'), 'object');
          return object?.type === 'identifier' && module && textOf(object, text) !== textOf(module, text);
        });
        return device?.type === 'identifier' && processes
          ? [{ node, device: textOf(device, text), loop, marked: loop }]
          : [];
      }),
    ),
  );
}

function judge({ node, loop }: LoopPlace, { file: { text } }: Document): Said {
  const behind = children(node.parent ?? undefined).filter(({ startIndex }) => startIndex >= node.endIndex);
  const releases = (at: Node): boolean =>
    descendants(at, 'call').some((call) => RELEASE.test(calleeName(call, text)));
  if (behind.some(releases)) return ['right', 'memory is given back after each module'];
  const elsewhere = releases(loop) || !/^import torch\b/m.test(text);
  return [elsewhere ? 'unknown' : 'wrong', 'what repacking leaves stays in the caching allocator'];
}

/** What gives the memory back. */
const released = (device: string): readonly string[] => [
  `if ${device}.type == "cuda" and torch.cuda.get_device_properties(`,
  `    ${device}`,
  ').is_integrated:',
  '    import psutil',
  '',
  `    idle = torch.cuda.memory_reserved(${device})`,
  `    idle -= torch.cuda.memory_allocated(${device})`,
  '    memory = psutil.virtual_memory()',
  '    if idle >= 512 << 20 and memory.available < 0.2 * memory.total:',
  `        torch.cuda.synchronize(${device})`,
  '        torch.cuda.empty_cache()',
];

export default places<LoopPlace>({
  id: ID,
  project: 'vllm',
  title: 'Weights are repacked without starving the host',
  why: 'Repacking quantised weights leaves tens of GiB in the caching allocator. On GB10 they are missing to the host: it swaps and freezes while a model loads, long before PyTorch would give them back.',
  effect: { kind: 'stops', concerns: 'large quantised models, while they load' },
  references: [
    {
      kind: 'commit',
      ref: '5edf7ff489',
      date: '2026-06-11',
      note: 'released under pressure, after each module (#45179)',
    },
  ],
  retire: 'when no pin is older than 5edf7ff489',
  upstreamStatus: 'Backport [5edf7ff489]',

  language: 'python',
  paths: /^vllm\/model_executor\/model_loader\/utils\.py$/,
  content: /\bdef process_weights_after_loading\b/,
  find,
  judge,
  edit: ({ node, device }, { file }) => [
    insertLinesAfter(file, node, [
      `# ${mark(ID)}`,
      "# On a GPU that shares the host's memory, what repacking left in the caching",
      '# allocator is missing there: give it back while the host still has some.',
      ...released(device),
    ]),
  ],
  lines: ({ device }) => released(device),
  absent:
    'no process_weights_after_loading in vllm/model_executor/model_loader/utils.py repacks weights module by module',
  reason: {
    wrong: 'what repacking weights frees stays in the caching allocator, and is missing to the host',
    right: 'memory is given back after each module where the host is short of it',
  },
});
