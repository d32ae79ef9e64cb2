import type { ArchIntersection, Assignment, BuildGraph, ExtensionTarget, KernelGroup } from './graph.js';

/** A call that CMake is about to make: its arguments expanded, each in one piece. */
export interface Call {
  /** In lower case. */
  readonly command: string;
  readonly args: readonly string[];
  /** As the tree names it. */
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
    } else if (current) for (const item of list(arg)) current.push(item);
  }
  return found;
}

const TARGET = /^define_(\w+_)?target$/;
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

const FILES = /(?:^|\/)CMakeLists\.txt$|\.cmake$/;
/** The helper functions of a build: what they do inside of themselves is not what the build asks for. */
const HELPERS = /(?:^|\/)utils\.cmake$/;

/** Makes a graph of the calls of an evaluation. */
export class GraphRecorder {
  readonly #groups: KernelGroup[] = [];
  readonly #intersections: ArchIntersection[] = [];
  readonly #assignments: Assignment[] = [];
  readonly #targets = new Map<string, { -readonly [K in keyof ExtensionTarget]: ExtensionTarget[K] }>();
  readonly #readers: Readonly<Record<string, (call: Call) => void>> = {
    set_gencode_flags_for_srcs: ({ args, line, file }) => {
      const found = byKeyword(args, ['SRCS', 'CUDA_ARCHS', 'BUILD_PTX_FOR_ARCH']);
      const [sources = [], archs = []] = [found.get('SRCS'), found.get('CUDA_ARCHS')];
      this.#groups.push({ file, line, sources, archs });
    },
    cuda_archs_loose_intersection: ({ args, line, file }) => {
      const [variable = '', source = '', target = ''] = args;
      this.#intersections.push({ file, line, variable, list: list(source), target: list(target) });
    },
    set: ({ args, line, file }) => {
      const [variable = '', ...values] = args;
      this.#assignments.push({ file, line, variable, values: values.flatMap(list) });
    },
    target_compile_definitions: ({ args }) => {
      const target = this.#targets.get(args[0] ?? '');
      if (target) target.flags = [...target.flags, ...args.slice(2).flatMap(list)];
    },
    target_sources: ({ args }) => {
      const target = this.#targets.get(args[0] ?? '');
      if (target) target.sources = [...target.sources, ...args.slice(2).flatMap(list)];
    },
  };

  /** Whether the calls that stand in this file are those of the build: not the stubs, nor evaluated text. */
  follows(file: string): boolean {
    return FILES.test(file) && !HELPERS.test(file);
  }

  wants(command: string): boolean {
    return Object.hasOwn(this.#readers, command) || TARGET.test(command);
  }

  record(call: Call): void {
    if (TARGET.test(call.command)) this.#target(call);
    else this.#readers[call.command]!(call);
  }

  #target({ args, file, line }: Call): void {
    const [name = '', ...rest] = args;
    const found = byKeyword(rest, TARGET_KEYWORDS);
    const [sources = [], flags = []] = [found.get('SOURCES'), found.get('COMPILE_FLAGS')];
    this.#targets.set(name, { name, file, line, sources, flags });
  }

  graph(errors: readonly string[]): BuildGraph {
    return {
      cudaArchs: this.#cudaArchs(),
      groups: this.#groups,
      intersections: this.#intersections,
      assignments: this.#assignments,
      targets: [...this.#targets.values()],
      errors,
    };
  }

  /** The last filter of CUDA_ARCHS is seen as the target of the next intersection. */
  #cudaArchs(): readonly string[] {
    const filter = this.#intersections.findIndex((call) => call.variable === 'CUDA_ARCHS');
    const next = filter < 0 ? undefined : this.#intersections[filter + 1];
    return next?.target ?? this.#groups[0]?.archs ?? [];
  }
}
