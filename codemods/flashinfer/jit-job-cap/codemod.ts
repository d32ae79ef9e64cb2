/**
 * JIT compile jobs bounded by memory.
 *
 * Shapes:
 *  none  – v0.2.7           the JIT leaves the build to PyTorch
 *  J1    v0.2.8 – v0.3.1    run_ninja asks PyTorch's `_get_num_workers`
 *  J2    v0.4.0 –           run_ninja asks a `_get_num_workers` of its own; both know MAX_JOBS alone
 */
import {
  type Document,
  defineCodemod,
  descendants,
  field,
  insertLinesAfter,
  isOurs,
  isSafe,
  lineEnd,
  mark,
  type Node,
  nameOf,
  type Site,
  searchParsed,
  textOf,
} from '../../../src/api.js';

const ID = 'flashinfer/jit-job-cap';

/** What reads how much memory there is. */
const MEMORY = /\/proc\/meminfo|SC_(?:AV)?PHYS_PAGES|virtual_memory|mem_get_info/;

interface RunSite extends Site {
  /** The statement that asks for the number of jobs. */
  readonly ask: Node | undefined;
  /** The local name of the number. */
  readonly jobs: string;
}

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

function sitesOf({ file, root }: Document): RunSite[] {
  const { text } = file;
  const functions = new Map(
    descendants(root, 'function_definition').map((fn) => [nameOf(fn, text), fn] as const),
  );
  const run = functions.get('run_ninja');
  if (!run) return [];
  const base = { file, offset: run.startIndex, ask: undefined, jobs: '' };
  if (reachable(run, functions, text).some((fn) => MEMORY.test(textOf(fn, text)))) {
    return [
      { ...base, state: isOurs(file, ID, run) ? 'ours' : 'right', what: 'the jobs are bounded by memory' },
    ];
  }
  const asks = descendants(field(run, 'body')!, 'assignment').filter((node) =>
    /^_get_num_workers\s*\(/.test(textOf(field(node, 'right') ?? node, text)),
  );
  const [ask] = asks;
  const jobs = ask && textOf(field(ask, 'left')!, text);
  const ownLine = ask && /^\s*(?:#.*)?$/.test(text.slice(ask.endIndex, lineEnd(text, ask.endIndex)));
  if (
    asks.length !== 1 ||
    !ask ||
    !jobs ||
    !ownLine ||
    !isSafe(ask, run) ||
    !/^import os$/m.test(text.replace(/\r/g, ''))
  ) {
    return [{ ...base, state: 'unknown', what: 'the number of jobs is made in another way' }];
  }
  return [
    { ...base, state: 'wrong', what: 'as many jobs as there are cores, whatever the memory', ask, jobs },
  ];
}

export default defineCodemod<RunSite>({
  id: ID,
  project: 'flashinfer',
  title: 'JIT compile jobs bounded by memory',
  why: 'Ninja starts as many nvcc as there are cores and a CUTLASS job takes several GiB; on the unified memory of a DGX Spark that already holds a model, they are killed, or the model is.',
  references: [
    { kind: 'commit', ref: '3dc42bc69', date: '2026-07-18', note: 'the same upstream (#3634); not merged' },
  ],
  retire: 'when upstream bounds the jobs by memory',
  upstreamStatus: 'Submitted [https://github.com/flashinfer-ai/flashinfer/pull/3634]',

  async judge(context) {
    const documents = await searchParsed(context, 'python', /(?:^|\/)jit\/cpp_ext\.py$/, /^def run_ninja\b/m);
    return {
      sites: documents.flatMap(sitesOf),
      absent: 'this revision does not run ninja itself',
      reason: {
        wrong: 'JIT compile jobs are bounded by the number of cores alone',
        right: 'JIT compile jobs are bounded by memory',
      },
    };
  },

  rewrite: (sites) =>
    sites.map(({ file, ask, jobs }) =>
      insertLinesAfter(file, ask!, [
        `if ${jobs} is None:  # ${mark(ID)}`,
        '    # 8 GiB a job, since host and GPU share the memory; MAX_JOBS overrides it.',
        '    with open("/proc/meminfo") as meminfo:',
        '        kib = next(int(row.split()[1]) for row in meminfo if row.startswith("MemAvailable:"))',
        `    ${jobs} = max(1, min((os.cpu_count() or 1) + 2, kib // (8 << 20)))`,
      ]),
    ),
});
