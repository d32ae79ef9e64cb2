import type { ArchIntersection, Assignment, BuildGraph, ExtensionTarget, KernelGroup } from './graph.js';

interface Call {
  readonly cmd: string;
  readonly args: readonly string[];
  readonly file: string;
  readonly line: number;
}

const list = (value: string): string[] => value.split(';').filter((item) => item !== '');

/** Arguments after each of the keywords, as one list each. */
function byKeyword(args: readonly string[], keywords: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const arg of args) {
    if (keywords.includes(arg)) {
      current = found.get(arg) ?? [];
      found.set(arg, current);
    } else current?.push(...list(arg));
  }
  return found;
}

const TARGET_KEYWORDS = [
  'DESTINATION',
  'LANGUAGE',
  'SOURCES',
  'COMPILE_FLAGS',
  'ARCHITECTURES',
  'INCLUDE_DIRECTORIES',
  'LIBRARIES',
  'USE_SABI',
  'WITH_SOABI',
];

/** Reads the calls of a `cmake --trace-expand --trace-format=json-v1` into a graph. */
export function readTrace(trace: string, root: string, errors: readonly string[]): BuildGraph {
  const groups: KernelGroup[] = [];
  const intersections: ArchIntersection[] = [];
  const assignments: Assignment[] = [];
  const targets = new Map<string, { -readonly [K in keyof ExtensionTarget]: ExtensionTarget[K] }>();

  const readers: Record<string, (call: Call, file: string) => void> = {
    set_gencode_flags_for_srcs({ args, line }, file) {
      const found = byKeyword(args, ['SRCS', 'CUDA_ARCHS', 'BUILD_PTX_FOR_ARCH']);
      groups.push({ file, line, sources: found.get('SRCS') ?? [], archs: found.get('CUDA_ARCHS') ?? [] });
    },
    cuda_archs_loose_intersection({ args, line }, file) {
      const [variable = '', source = '', target = ''] = args;
      intersections.push({ file, line, variable, list: list(source), target: list(target) });
    },
    set({ args, line }, file) {
      const [variable = '', ...values] = args;
      assignments.push({ file, line, variable, values: values.flatMap(list) });
    },
    target_compile_definitions({ args }) {
      const target = targets.get(args[0] ?? '');
      if (target) target.flags = [...target.flags, ...args.slice(2).flatMap(list)];
    },
    target_sources({ args }) {
      const target = targets.get(args[0] ?? '');
      if (target) target.sources = [...target.sources, ...args.slice(2).flatMap(list)];
    },
  };

  for (const text of trace.split('\n')) {
    if (text === '') continue;
    const call = JSON.parse(text) as Partial<Call>;
    if (!call.cmd || !call.args || !call.file || call.line === undefined) continue;
    if (!call.file.startsWith(`${root}/`)) continue;
    const file = call.file.slice(root.length + 1);
    const cmd = call.cmd.toLowerCase();
    if (/^define_(\w+_)?target$/.test(cmd)) {
      const name = call.args[0] ?? '';
      const found = byKeyword(call.args.slice(1), TARGET_KEYWORDS);
      targets.set(name, {
        name,
        file,
        line: call.line,
        sources: found.get('SOURCES') ?? [],
        flags: found.get('COMPILE_FLAGS') ?? [],
      });
    } else readers[cmd]?.(call as Call, file);
  }
  return {
    cudaArchs: finalCudaArchs(intersections, groups),
    groups,
    intersections,
    assignments,
    targets: [...targets.values()],
    errors,
  };
}

/** The last filter of CUDA_ARCHS is seen as the target of the next intersection. */
function finalCudaArchs(
  intersections: readonly ArchIntersection[],
  groups: readonly KernelGroup[],
): readonly string[] {
  const filter = intersections.findIndex((call) => call.variable === 'CUDA_ARCHS');
  const next = filter < 0 ? undefined : intersections[filter + 1];
  return next?.target ?? groups[0]?.archs ?? [];
}
