/**
 * JIT compile jobs bounded by memory.
 *
 * Shapes:
 *  none  – v0.2.7           the JIT leaves the build to PyTorch
 *  J1    v0.2.8 – v0.3.1    run_ninja asks PyTorch's `_get_num_workers`
 *  J2    v0.4.0 –           run_ninja asks a `_get_num_workers` of its own; both know MAX_JOBS alone
 */
import {
  ancestor,
  bare,
  calleeName,
  type Document,
  descendants,
  field,
  insertLinesAfter,
  lineEnd,
  type Meaning,
  mark,
  type Node,
  nameOf,
  PythonRun,
  stringValue,
  textOf,
} from '../../../src/api.js';
import { type Judged, parts } from '../../_families/places.js';

const ID = 'flashinfer/jit-job-cap';

/** What reads how much memory there is. */
const MEMORY = /\/proc\/meminfo|SC_(?:AV)?PHYS_PAGES|virtual_memory|mem_get_info/;

const WORKERS = '_get_num_workers';

/** True where a string or a call of a function asks for the memory, in one piece or in several. */
const readsMemory = (fn: Node, text: string): boolean =>
  MEMORY.test(textOf(fn, text)) ||
  descendants(fn, 'concatenated_string').some((node) => MEMORY.test(stringValue(node, text) ?? ''));

/** A function and the functions of the same file that it calls, at any depth. */
function reachable(fn: Node, all: ReadonlyMap<string, Node>, text: string): Node[] {
  const found = new Set([fn]);
  for (const each of found) {
    for (const call of descendants(each, 'call')) {
      const callee = all.get(textOf(field(call, 'function')!, text));
      if (callee) found.add(callee);
    }
  }
  return [...found];
}

/** The lines that bound a number of jobs that nobody asked for. */
const bound = (jobs: string): string[] => [
  `if ${jobs} is None:  # ${mark(ID)}`,
  '    # 8 GiB a job, since host and GPU share the memory; MAX_JOBS overrides it.',
  '    with open("/proc/meminfo") as meminfo:',
  '        kib = next(int(row.split()[1]) for row in meminfo if row.startswith("MemAvailable:"))',
  `    ${jobs} = max(1, min((os.cpu_count() or 1) + 2, kib // (8 << 20)))`,
];

/** True where the number of jobs is PyTorch's, or is none without MAX_JOBS: nothing bounds it then. */
function isUnbounded(root: Node, functions: ReadonlyMap<string, Node>, text: string): boolean {
  const own = functions.get(WORKERS);
  if (!own) {
    const imports = descendants(root, 'import_from_statement').filter((node) =>
      textOf(node, text).includes(WORKERS),
    );
    return imports.some((node) => /^torch\b/.test(textOf(field(node, 'module_name')!, text)));
  }
  const meaning: Meaning = (node, source) =>
    node.type === 'call' && /\benviron\s*\.\s*get\b|\bgetenv\b/.test(textOf(node, source)) ? null : undefined;
  return new PythonRun(text, meaning).result(field(own, 'body')) === null;
}

function runs({ file, root }: Document): Judged[] {
  const { text } = file;
  const functions = new Map(
    descendants(root, 'function_definition')
      // Methods of the same name are something else.
      .filter((fn) => !ancestor(fn, 'class_definition', 'function_definition'))
      .map((fn) => [nameOf(fn, text), fn] as const),
  );
  const node = functions.get('run_ninja');
  if (!node) return [];
  const [ask, ...others] = descendants(field(node, 'body')!, 'assignment').filter((at) => {
    const value = bare(field(at, 'right'));
    return value?.type === 'call' && calleeName(value, text) === WORKERS;
  });
  const jobs = ask && textOf(field(ask, 'left')!, text);
  const place = { node, lines: bound(jobs ?? '') };
  if (reachable(node, functions, text).some((fn) => readsMemory(fn, text))) {
    return [{ ...place, said: ['right', 'the jobs are bounded by memory'] }];
  }
  const ownLine = ask && /^\s*(?:#.*)?$/.test(text.slice(ask.endIndex, lineEnd(text, ask.endIndex)));
  if (
    others.length > 0 ||
    !jobs ||
    !ownLine ||
    !isUnbounded(root, functions, text) ||
    !/^(?:\xef\xbb\xbf)?import os\r?$/m.test(text)
  ) {
    return [{ ...place, said: ['unknown', 'the number of jobs is made in another way'] }];
  }
  const edits = [insertLinesAfter(file, ask, bound(jobs))];
  return [{ ...place, said: ['wrong', 'as many jobs as there are cores, whatever the memory'], edits }];
}

export default parts({
  id: ID,
  project: 'flashinfer',
  title: 'JIT compile jobs bounded by memory',
  why: 'Ninja starts as many nvcc as there are cores and a CUTLASS job takes several GiB; on the unified memory of a DGX Spark that already holds a model, they are killed, or the model is.',
  effect: { kind: 'stops', concerns: 'JIT builds on the machine that holds the model' },
  references: [
    { kind: 'commit', ref: '3dc42bc69', date: '2026-07-18', note: 'the same upstream (#3634); not merged' },
  ],
  retire: 'when upstream bounds the jobs by memory',
  upstreamStatus: 'Submitted [https://github.com/flashinfer-ai/flashinfer/pull/3634]',

  parts: [{ language: 'python', paths: /(?:^|\/)cpp_ext\w*\.py$/, content: /^def run_ninja\b/m, look: runs }],
  absent: 'this revision does not run ninja itself',
  reason: {
    wrong: 'JIT compile jobs are bounded by the number of cores alone',
    right: 'JIT compile jobs are bounded by memory',
  },
});
